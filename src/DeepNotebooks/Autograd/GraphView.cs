using System.Globalization;
using DeepNotebooks.Charts;
using DeepNotebooks.Course;

namespace DeepNotebooks;

/// <summary>
/// The graph of a computation, to be drawn: one box for each recorded operation and each tensor that requires a gradient, with its
/// value, and after <see cref="Tensor.Backward"/> its gradient. Inputs that require none were not recorded and are not drawn.
/// <code>
/// var graph = GraphView.Of(() => (a * b + c).Named("y"));
/// graph.Result.Backward();
/// graph
/// </code>
/// </summary>
[TypeFormatterSource(typeof(GraphViewFormats))]
public sealed class GraphView
{
    private const int Largest = 400; // boxes
    private readonly Dictionary<Node, Tensor> _values = [];
    private readonly List<Node> _order = [];

    private GraphView(Tensor result) => Result = result;

    /// <summary>What the computation gave.</summary>
    public Tensor Result { get; }

    /// <summary>Runs a computation and keeps its graph, with all values and, later, gradients.</summary>
    /// <exception cref="InvalidOperationException">Nothing was recorded, or too much to draw.</exception>
    public static GraphView Of(Func<Tensor> computation)
    {
        using var recorder = new Recorder();
        Tensor result = computation();
        if (result.Node is not { } root)
            throw new InvalidOperationException("GraphView: nothing was recorded. Mark the inputs WithGrad().");
        var view = new GraphView(result);
        view.Visit(root, recorder.Values);
        foreach ((Node node, Tensor value) in view._values)
            node.Keeper = value;
        return view;
    }

    /// <summary>The names of the operations and leaves, inputs before what uses them.</summary>
    public IReadOnlyList<string> Nodes => [.. _order.Select(Title)];

    /// <summary>The picture: inputs left, the result right.</summary>
    public string ToSvg()
    {
        Dictionary<Node, Node[]> users = _order.ToDictionary(n => n, n => _order.Where(user => user.Inputs().Contains(n)).ToArray());
        var column = new Dictionary<Node, int>();
        foreach (Node node in _order) // longest way from a leaf
        {
            column[node] = node.Inputs().Max(input => input is null ? 0 : column[input] + 1);
        }
        foreach (Node node in Enumerable.Reverse(_order).Where(node => node is Leaf)) // leaves stand just before their first use
        {
            column[node] = users[node].Select(user => column[user] - 1).DefaultIfEmpty(0).Min();
        }
        var at = new Dictionary<(Node Node, int Column), (double X, double Y)>(); // of boxes, and of rows that edges take past them
        const double width = 150, height = 54, gapX = 46, gapY = 18, margin = 12;
        int columns = column.Values.Max() + 1;
        for (int c = 0; c < columns; c++)
        {
            Node[] inColumn = [.. _order.Where(n => column[n] == c || (column[n] < c && users[n].Any(user => column[user] > c)))
                .OrderBy(n => (column[n] < c ? [n] : n.Inputs().OfType<Node>()).Select(from => at[(from, c - 1)].Y).DefaultIfEmpty(1e9).Average())];
            for (int row = 0; row < inColumn.Length; row++)
                at[(inColumn[row], c)] = (margin + (c * (width + gapX)), (row - ((inColumn.Length - 1) / 2.0)) * (height + gapY));
        }
        double top = margin - at.Values.Min(place => place.Y), high = (2 * top) + height;
        double wide = (columns * (width + gapX)) - gapX + (2 * margin);
        at = at.ToDictionary(place => place.Key, place => (place.Value.X, place.Value.Y + top));
        var svg = new Svg();
        svg.Raw($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Svg.N(wide)} {Svg.N(high)}\" width=\"{Svg.N(wide)}\" "
            + $"height=\"{Svg.N(high)}\" style=\"max-width:100%;height:auto\" "
            + $"font-family=\"Helvetica, Arial, sans-serif\" role=\"img\" aria-label=\"{Svg.Escape(ToString())}\">\n");
        foreach (((Node node, int c), (double X, double Y) place) in at)
        {
            double y = place.Y + (height / 2);
            if (column[node] < c)
                svg.Line(place.X, y, place.X + width, y, Palette.Ink, 1.5);
            foreach (Node next in users[node].Where(user => column[user] == c + 1).Concat(at.ContainsKey((node, c + 1)) ? [node] : []))
            {
                (double x1, double x2, double y2) = (place.X + width, at[(next, c + 1)].X, at[(next, c + 1)].Y + (height / 2));
                svg.Path($"M{Svg.N(x1)} {Svg.N(y)}C{Svg.N(x1 + 28)} {Svg.N(y)} {Svg.N(x2 - 28)} {Svg.N(y2)} {Svg.N(x2)} {Svg.N(y2)}",
                    $"fill=\"none\" stroke=\"{Palette.Ink}\" stroke-width=\"1.5\"");
                svg.Path(next == node ? "" : $"M{Svg.N(x2)} {Svg.N(y2)}l-8 -4v8z", $"fill=\"{Palette.Ink}\"");
            }
        }
        foreach (Node node in _order)
        {
            (double x, double y) = at[(node, column[node])];
            string stroke = node is Leaf ? Palette.Colors[0] : Palette.Ink;
            svg.Rect(new Box(x, y, width, height), $"rx=\"5\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"1.5\"");
            svg.Text(x + 8, y + 15, Title(node), bold: true);
            svg.Text(x + 8, y + 31, _values.TryGetValue(node, out Tensor? value) ? Short(value) : node.Shape.ToString());
            svg.Text(x + 8, y + 46, value?.Grad is { } gradient ? $"grad {Short(gradient)}" : "", fill: Palette.Colors[1]);
        }
        return svg.Raw("</svg>").ToString();
    }

    /// <summary>What is drawn, in a line.</summary>
    public override string ToString() =>
        $"Graph of {_order.Count(node => node is not Leaf)} operations on {_order.Count(node => node is Leaf)} inputs: "
        + string.Join(", ", Nodes);

    private void Visit(Node root, Dictionary<Node, Tensor> recorded)
    {
        var open = new Stack<(Node Node, bool Done)>([(root, false)]);
        var seen = new HashSet<Node>();
        while (open.TryPop(out (Node Node, bool Done) entry))
        {
            if (entry.Done)
            {
                _order.Add(entry.Node);
                if ((recorded.GetValueOrDefault(entry.Node) ?? entry.Node.Keeper) is { } value)
                    _values[entry.Node] = value;
            }
            else if (seen.Add(entry.Node))
            {
                open.Push((entry.Node, true));
                foreach (Node? input in entry.Node.Inputs().Reverse())
                {
                    if (input is not null)
                        open.Push((input, false));
                }
            }
        }
        if (_order.Count > Largest)
            throw new InvalidOperationException($"GraphView: {_order.Count} boxes cannot be read. Draw at most {Largest}.");
    }

    private string Title(Node node) => (_values.GetValueOrDefault(node)?.Name, node) switch
    {
        ({ } name, Leaf) => name,
        ({ } name, _) => $"{name} = {node.Name}",
        _ => node.Name,
    };

    private static string Short(Tensor x)
    {
        string[] numbers = [.. x.ToArray().Take(3).Select(v => (v + 0.0).ToString("G3", CultureInfo.InvariantCulture))]; // no −0
        return x.Size switch
        {
            1 => (x.Item() + 0.0).ToString("G4", CultureInfo.InvariantCulture),
            2 or 3 => $"[{string.Join(", ", numbers)}]",
            _ => x.Shape.ToString(),
        };
    }

    private sealed class Recorder : Observer, IDisposable
    {
        private readonly Observer? _before = Engine.Observer;

        public Recorder() => Engine.Observer = this;

        public Dictionary<Node, Tensor> Values { get; } = [];

        public override void Made(Node node, Tensor result)
        {
            Values[node] = result;
            _before?.Made(node, result);
        }

        public void Dispose() => Engine.Observer = _before;
    }
}

/// <summary>How kernels show a <see cref="GraphView"/>.</summary>
public sealed class GraphViewFormats
{
    /// <summary>One object for each MIME type.</summary>
    public IEnumerable<object> CreateTypeFormatters() =>
    [
        new MimeFormatter<GraphView>("image/svg+xml", graph => graph.ToSvg()),
        new MimeFormatter<GraphView>("text/html", graph => graph.ToSvg()),
        new MimeFormatter<GraphView>("text/plain", graph => graph.ToString()),
    ];
}
