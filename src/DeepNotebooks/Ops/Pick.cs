namespace DeepNotebooks;

public sealed partial class Tensor
{
    /// <summary>One element of each row of [rows, columns]: yᵢ = x[i, columns[i]].</summary>
    /// <exception cref="ArgumentException">This is no matrix, or there are more or fewer columns than rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column lies outside the matrix.</exception>
    public Tensor Pick(params ReadOnlySpan<int> columns)
    {
        if (Rank != 2 || columns.Length != Shape[0])
            throw new ArgumentException($"Pick: {columns.Length} columns do not fit {Shape}. Pass one column for each row of a matrix.");
        if (Accelerator is not null)
            return Gather(1, From([.. columns.ToArray().Select(c => (double)c)], [columns.Length, 1], DType.Float64).To(Device)).Reshape(-1);
        Tensor x = Contiguous();
        Tensor y = Empty([columns.Length], DType);
        for (int row = 0; row < columns.Length; row++)
            y[row] = x[row, columns[row]];
        return Node is { } node ? y.From(new PickNode(node, columns.ToArray())) : y;
    }

    private sealed class PickNode(Node input, int[] columns) : Node(input)
    {
        public override void Backward(Tensor gradient)
        {
            Tensor result = Zeros(First!.Shape, gradient.DType);
            for (int row = 0; row < columns.Length; row++)
                result[row, columns[row]] = gradient[row];
            First.AccumulateFresh(result);
        }
    }
}
