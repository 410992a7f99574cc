using DeepNotebooks.Jupyter.Documents;

namespace Course.Execution;

/// <summary>What executing a notebook gave.</summary>
/// <param name="Notebook">The notebook with fresh outputs; null when its process did not live to hand it over.</param>
/// <param name="Failures">The code cells that did not end well, by their place among the notebook's cells, with the reason.</param>
/// <param name="Elapsed">How long it took, from the start of its process.</param>
internal sealed record Outcome(Notebook? Notebook, IReadOnlyList<(int Cell, string Reason)> Failures, TimeSpan Elapsed)
{
    public bool Succeeded => Notebook is not null && Failures.Count == 0;
}
