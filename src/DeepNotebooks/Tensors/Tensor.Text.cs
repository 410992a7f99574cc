using System.Globalization;
using System.Text;

namespace DeepNotebooks;

public sealed partial class Tensor
{
    private const int Edge = 3; // entries shown at each end of a long axis

    /// <summary>Shape, type and elements, four digits each; of long axes the ends.</summary>
    public override string ToString()
    {
        string text = Text(Rank == 0 ? Reshape(1) : this, []);
        return $"{Shape} {DType}\n{(Rank == 0 ? text.Trim('[', ']') : text)}";
    }

    private static string Text(Tensor x, int[] at)
    {
        int axis = at.Length, size = x.Shape[axis];
        bool last = axis == x.Rank - 1;
        var parts = new List<string>();
        for (int i = 0; i < size; i++)
        {
            if (size > (2 * Edge) + 1 && i == Edge)
            {
                parts.Add("…");
                i = size - Edge;
            }
            int[] index = [.. at, i];
            parts.Add(last ? x[index].ToString("G4", CultureInfo.InvariantCulture) : Text(x, index));
        }
        string between = last ? ", " : ",\n" + new string(' ', axis + 1);
        return new StringBuilder().Append('[').AppendJoin(between, parts).Append(']').ToString();
    }
}
