using System.Reflection;
using System.Text.RegularExpressions;
using DeepNotebooks.Kernels;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using Xunit.Abstractions;

namespace DeepNotebooks.Tests.Gradients;

public class GradientTableTests(ITestOutputHelper output)
{
    private const string Where = "Add an entry to a file of GradientTable in tests/DeepNotebooks.Tests/Gradients";

    public static TheoryData<string> Names => [.. GradientTable.All.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void BackpropagationAgreesWithDifferencesAndFloat32WithFloat64(string name)
    {
        GradientEntry entry = GradientTable.All.Single(e => e.Name == name);
        Assert.True(entry.Error < 1e-6, $"{name}: the gradient differs from central differences by {entry.Error:G3}.");
        Assert.True(entry.SingleDeviation < 1e-4, $"{name}: Float32 differs from Float64 by {entry.SingleDeviation:G3}.");
    }

    [Fact]
    public void EveryNodeIsInTheTable() => AssertReached(
        Types.Where(type => type.IsSubclassOf(typeof(Node)) && !type.IsAbstract && type != typeof(Leaf) && type != typeof(Spent)
            && !type.Name.StartsWith("Device", StringComparison.Ordinal)), // those are reached by the tests of devices
        "node");

    /// <summary>Those that make tensors or only name, copy and compare them.</summary>
    private static readonly string[] NoOperations =
    [
        "Clone", "Detach", "EqualTo", "Eye", "From", "Full", "Linspace", "Named", "Ones", "Range", "RetainGrad", "Scalar", "To",
        "WithGrad", "Zeros",
    ];

    [Fact]
    public void EveryPublicOperationIsInTheTable()
    {
        HashSet<string> words = [.. GradientTable.All.SelectMany(entry => Regex.Matches(entry.Name, @"\w+").Select(match => match.Value))];
        string[] missing = [.. typeof(Tensor).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance)
            .Where(method => !method.IsSpecialName && (method.ReturnType == typeof(Tensor) || method.ReturnType == typeof(Tensor[])))
            .Select(method => method.Name).Distinct().Except(NoOperations).Where(name => !words.Contains(name))];
        Assert.True(missing.Length == 0, $"No entry names the operation {string.Join(", ", missing)}. {Where}.");
    }

    [Fact]
    public void EveryElementwiseFunctionIsInTheTable() => AssertReached(
        Types.Where(type => !type.IsInterface && (typeof(IFunction).IsAssignableFrom(type) || typeof(IFunction2).IsAssignableFrom(type))),
        "elementwise function");

    [Fact]
    public void EveryLayerIsInTheTable() => AssertReached(
        Types.Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract && type.IsPublic),
        "layer");

    [Fact]
    public void EveryLossIsInTheTable()
    {
        string[] missing = [.. typeof(Loss).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.ReturnType == typeof(Tensor))
            .Select(method => method.Name).Distinct()
            .Except(GradientTable.All.Select(entry => entry.Loss ?? ""))];
        Assert.True(missing.Length == 0, $"No entry names the loss {string.Join(", ", missing)}. {Where} by OfLoss(nameof(Loss.…), …).");
    }

    [Fact]
    public void ReportsItsSizeAndLargestError()
    {
        GradientEntry worst = GradientTable.All.MaxBy(entry => entry.Error)!;
        GradientEntry coarsest = GradientTable.All.MaxBy(entry => entry.SingleDeviation)!;
        output.WriteLine($"{GradientTable.All.Count} entries; largest relative error {worst.Error:G3} ({worst.Name}); "
            + $"largest deviation of Float32 {coarsest.SingleDeviation:G3} ({coarsest.Name})");
        Assert.Equal(GradientTable.All.Count, GradientTable.All.DistinctBy(entry => entry.Name).Count());
    }

    private static Type[] Types => typeof(Tensor).Assembly.GetTypes();

    private static void AssertReached(IEnumerable<Type> wanted, string kind)
    {
        HashSet<Type> reached = [.. GradientTable.All.SelectMany(entry => entry.Reached), .. GradientTable.NotDifferentiable];
        string[] missing = [.. wanted.Where(type => !reached.Contains(type)).Select(type => type.FullName!)];
        Assert.True(missing.Length == 0, $"No entry of the gradient table reaches the {kind} {string.Join(", ", missing)}. {Where}.");
    }
}
