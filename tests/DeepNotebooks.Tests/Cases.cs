namespace DeepNotebooks.Tests;

/// <summary>Theory data of all combinations.</summary>
internal static class Cases
{
    public static TheoryData<T1, T2> Of<T1, T2>(IEnumerable<T1> first, IReadOnlyCollection<T2> second)
    {
        var cases = new TheoryData<T1, T2>();
        foreach (T1 a in first)
        {
            foreach (T2 b in second)
            {
                cases.Add(a, b);
            }
        }
        return cases;
    }
}
