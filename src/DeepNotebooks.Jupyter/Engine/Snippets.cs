using Microsoft.CodeAnalysis;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>Calls of the library that notebooks write again and again, offered whole.</summary>
internal static class Snippets
{
    /// <summary>A type that must be visible, and the text.</summary>
    public static readonly (string Type, string Text)[] All =
    [
        ("Chart", "Chart.Line(x, y, \"name\").WithTitle(\"title\").WithAxes(\"x\", \"y\")"),
        ("Claim", "Claim.That(\"statement\", measured)"),
        ("Sequential", "new Sequential(new Linear(2, 16, rng), new Tanh(), new Linear(16, 1, rng))"),
        ("Trainer", "new Trainer(model, Loss.CrossEntropy, new Adam(model.Parameters, learningRate: 1e-3), new Progress())"
            + ".Fit(new DataLoader(train, batchSize: 32, rng), epochs: 20)"),
    ];

    /// <summary>Whether the library of this course declares the symbol.</summary>
    public static bool IsOfLibrary(ISymbol symbol) => symbol.ContainingAssembly?.Name == "DeepNotebooks";
}
