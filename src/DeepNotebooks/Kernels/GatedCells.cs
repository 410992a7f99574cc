using System.Numerics;

namespace DeepNotebooks.Kernels;

/// <summary>The cells of LSTM and GRU, all gates of a unit in one pass. Rows hold the gates one after the other, `units` of each.</summary>
internal static class GatedCells
{
    /// <summary>Gates i, f, g, o of each row, then y = (h′, c′) with c′ = f c + i g and h′ = o tanh c′.</summary>
    public static void Lstm<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> recurrent, ReadOnlySpan<T> cell, int units, Span<T> gates, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int u = 0; u < cell.Length; u += units)
        {
            for (int j = u, at = 4 * u, end = u + units; j < end; j += Vector<T>.Count, at += Vector<T>.Count)
            {
                int some = Math.Min(Vector<T>.Count, end - j);
                Vector<T> i = Sigmoid.Of(Load(input, at, some) + Load(recurrent, at, some));
                Vector<T> f = Sigmoid.Of(Load(input, at + units, some) + Load(recurrent, at + units, some));
                Vector<T> g = HyperbolicTangent.Of(Load(input, at + (2 * units), some) + Load(recurrent, at + (2 * units), some));
                Vector<T> o = Sigmoid.Of(Load(input, at + (3 * units), some) + Load(recurrent, at + (3 * units), some));
                Vector<T> c = (f * Load(cell, j, some)) + (i * g);
                Store(i, gates, at, some);
                Store(f, gates, at + units, some);
                Store(g, gates, at + (2 * units), some);
                Store(o, gates, at + (3 * units), some);
                Store(o * HyperbolicTangent.Of(c), y, j, some);
                Store(c, y, cell.Length + j, some);
            }
        }
    }

    /// <summary>From dy = (dh′, dc′): the gradients of the gates' arguments and of c.</summary>
    public static void LstmBackward<T>(ReadOnlySpan<T> gates, ReadOnlySpan<T> cell, ReadOnlySpan<T> next, ReadOnlySpan<T> dy, int units,
        Span<T> dGates, Span<T> dCell)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> one = Vector<T>.One;
        for (int u = 0; u < cell.Length; u += units)
        {
            for (int j = u, at = 4 * u, end = u + units; j < end; j += Vector<T>.Count, at += Vector<T>.Count)
            {
                int some = Math.Min(Vector<T>.Count, end - j);
                Vector<T> i = Load(gates, at, some), f = Load(gates, at + units, some);
                Vector<T> g = Load(gates, at + (2 * units), some), o = Load(gates, at + (3 * units), some);
                Vector<T> tanh = HyperbolicTangent.Of(Load(next, j, some)), dh = Load(dy, j, some);
                Vector<T> dc = Load(dy, cell.Length + j, some) + (dh * o * (one - (tanh * tanh)));
                Store(dc * g * i * (one - i), dGates, at, some);
                Store(dc * Load(cell, j, some) * f * (one - f), dGates, at + units, some);
                Store(dc * i * (one - (g * g)), dGates, at + (2 * units), some);
                Store(dh * tanh * o * (one - o), dGates, at + (3 * units), some);
                Store(dc * f, dCell, j, some);
            }
        }
    }

    /// <summary>Gates r, z, n of each row, then y = n + z (h − n).</summary>
    public static void Gru<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> recurrent, ReadOnlySpan<T> hidden, int units, Span<T> gates, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int u = 0; u < hidden.Length; u += units)
        {
            for (int j = u, at = 3 * u, end = u + units; j < end; j += Vector<T>.Count, at += Vector<T>.Count)
            {
                int some = Math.Min(Vector<T>.Count, end - j), third = at + (2 * units);
                Vector<T> r = Sigmoid.Of(Load(input, at, some) + Load(recurrent, at, some));
                Vector<T> z = Sigmoid.Of(Load(input, at + units, some) + Load(recurrent, at + units, some));
                Vector<T> n = HyperbolicTangent.Of(Load(input, third, some) + (r * Load(recurrent, third, some)));
                Store(r, gates, at, some);
                Store(z, gates, at + units, some);
                Store(n, gates, third, some);
                Store(n + (z * (Load(hidden, j, some) - n)), y, j, some);
            }
        }
    }

    /// <summary>From dy = dh′: the gradients of the gates' arguments, from the input and from the state, and of h.</summary>
    public static void GruBackward<T>(ReadOnlySpan<T> gates, ReadOnlySpan<T> recurrent, ReadOnlySpan<T> hidden, ReadOnlySpan<T> dy, int units,
        Span<T> dInput, Span<T> dRecurrent, Span<T> dHidden)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> one = Vector<T>.One;
        for (int u = 0; u < hidden.Length; u += units)
        {
            for (int j = u, at = 3 * u, end = u + units; j < end; j += Vector<T>.Count, at += Vector<T>.Count)
            {
                int some = Math.Min(Vector<T>.Count, end - j), third = at + (2 * units);
                Vector<T> r = Load(gates, at, some), z = Load(gates, at + units, some), n = Load(gates, third, some), dh = Load(dy, j, some);
                Vector<T> dn = dh * (one - z) * (one - (n * n));
                Vector<T> dr = dn * Load(recurrent, third, some) * r * (one - r), dz = dh * (Load(hidden, j, some) - n) * z * (one - z);
                Store(dr, dInput, at, some);
                Store(dz, dInput, at + units, some);
                Store(dn, dInput, third, some);
                Store(dr, dRecurrent, at, some);
                Store(dz, dRecurrent, at + units, some);
                Store(dn * r, dRecurrent, third, some);
                Store(dh * z, dHidden, j, some);
            }
        }
    }

    /// <summary>Some numbers as a vector, with zeros behind them where they are fewer.</summary>
    private static Vector<T> Load<T>(ReadOnlySpan<T> x, int at, int some) where T : unmanaged
    {
        if (some == Vector<T>.Count)
            return new Vector<T>(x[at..]);
        Span<T> whole = stackalloc T[Vector<T>.Count];
        whole.Clear();
        x.Slice(at, some).CopyTo(whole);
        return new Vector<T>(whole);
    }

    private static void Store<T>(Vector<T> vector, Span<T> y, int at, int some) where T : unmanaged
    {
        if (some == Vector<T>.Count)
        {
            vector.CopyTo(y[at..]);
            return;
        }
        for (int i = 0; i < some; i++)
            y[at + i] = vector[i];
    }
}
