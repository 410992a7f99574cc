namespace DeepNotebooks.Tests.Gradients;

internal static partial class GradientTable
{
    private static IEnumerable<GradientEntry> Activations() =>
    [
        .. AtAllShapes("Sigmoid", x => x.Sigmoid(), Spread),
        .. AtAllShapes("Tanh", x => x.Tanh(), Spread),
        .. AtAllShapes("ReLU", x => x.ReLU(), Spread),
        .. AtAllShapes("LeakyReLU", x => x.LeakyReLU(0.1), Spread),
        .. AtAllShapes("ELU", x => x.ELU(1.5), Spread),
        .. AtAllShapes("Softplus", x => x.Softplus(), Spread),
        .. AtAllShapes("SiLU", x => x.SiLU(), Spread),
        .. AtAllShapes("GELU", x => x.GELU(), Spread),
        Of("Tanh of a transposed view", x => x.Transpose().Tanh(), Spread([3, 5])),
        Of("Sigmoid of a slice", x => x.Slice(1, 1, 2).Sigmoid(), Spread([3, 5])),
    ];
}
