using System.Numerics;

namespace DeepNotebooks.Kernels;

/// <summary>What the derivative of an elementwise function is computed from.</summary>
[Flags]
internal enum Keep
{
    Nothing = 0,
    Input = 1,
    Output = 2,
}

/// <summary>A function of one number, y = f(x), with its derivative.</summary>
internal interface IFunction
{
    /// <summary>Which of x and y <see cref="Derivative"/> reads; the other may be any number.</summary>
    Keep Keeps { get; }

    /// <summary>The numbers that belong to the function, an exponent or a slope; what a device gives to its own form of it.</summary>
    (double First, double Second) Numbers => default;

    /// <summary>y = f(x) for a whole span.</summary>
    void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>f′ at each x, where y = f(x).</summary>
    Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>A function of one number, computed for a vector of them.</summary>
internal interface IVectorFunction
{
    static abstract Vector<T> Of<T>(Vector<T> x) where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>A function of two numbers, applied to spans and to a span with one number.</summary>
internal interface IFunction2
{
    static abstract void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>;

    static abstract void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>;

    static abstract void Apply<T>(T a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>Applies a function element by element.</summary>
internal static class Elementwise
{
    /// <summary>dx = dy · f′(x): the chain rule for one number, over a span. An x or y that is not kept is empty.</summary>
    public static void Backward<T, TFunction>(TFunction f, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFunction : struct, IFunction
    {
        int i = 0;
        for (; i <= dx.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> atX = x.IsEmpty ? default : new Vector<T>(x[i..]), atY = y.IsEmpty ? default : new Vector<T>(y[i..]);
            (new Vector<T>(dy[i..]) * f.Derivative(atX, atY)).CopyTo(dx[i..]);
        }
        if (i == dx.Length)
            return;
        Vector<T> last = f.Derivative(x.IsEmpty ? default : Rest(x[i..]), y.IsEmpty ? default : Rest(y[i..]));
        for (int k = 0; i < dx.Length; i++, k++)
            dx[i] = dy[i] * last[k];
    }

    /// <summary>A vector of the numbers that are left, repeated ones behind them.</summary>
    private static Vector<T> Rest<T>(ReadOnlySpan<T> x) where T : unmanaged
    {
        Span<T> whole = stackalloc T[Vector<T>.Count];
        whole.Fill(x[0]);
        x.CopyTo(whole);
        return new Vector<T>(whole);
    }

    /// <summary>y = f(x) by vectors.</summary>
    public static void Apply<T, TFunction>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFunction : IVectorFunction
    {
        int i = 0;
        for (; i <= y.Length - Vector<T>.Count; i += Vector<T>.Count)
            TFunction.Of(new Vector<T>(x[i..])).CopyTo(y[i..]);
        if (i == y.Length)
            return;
        Vector<T> last = TFunction.Of(Rest(x[i..]));
        for (int k = 0; i < y.Length; i++, k++)
            y[i] = last[k];
    }

    /// <summary>Applies a function that has no vector form, element by element.</summary>
    public static Vector<T> Each<T>(Vector<T> x, Func<T, T> f) where T : unmanaged
    {
        Span<T> y = stackalloc T[Vector<T>.Count];
        for (int i = 0; i < y.Length; i++)
            y[i] = f(x[i]);
        return new Vector<T>(y);
    }

    /// <summary>y = a where the condition is not 0, else b.</summary>
    public static void Choose<T>(ReadOnlySpan<T> condition, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = condition[i] != T.Zero ? a[i] : b[i];
    }

    /// <summary>
    /// y = f(a, b) with broadcasting: all spans start at their tensor's first element, a stride of 0 repeats an axis.
    /// The innermost runs, where each operand is either dense or constant, go to the function whole.
    /// </summary>
    public static void Broadcast<T, TFunction>(
        ReadOnlySpan<T> a, int[] aStrides, ReadOnlySpan<T> b, int[] bStrides, Shape shape, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFunction : IFunction2
    {
        if (y.Length == 0)
            return;
        int run = 1, split = shape.Rank; // axes from `split` on are handled as one run
        bool aDense = true, bDense = true, aConstant = true, bConstant = true;
        while (split > 0)
        {
            int axis = split - 1, size = shape[axis];
            bool aStillDense = aDense && (size == 1 || aStrides[axis] == run), aStillConstant = aConstant && (size == 1 || aStrides[axis] == 0);
            bool bStillDense = bDense && (size == 1 || bStrides[axis] == run), bStillConstant = bConstant && (size == 1 || bStrides[axis] == 0);
            if (!(aStillDense || aStillConstant) || !(bStillDense || bStillConstant))
                break;
            (aDense, aConstant, bDense, bConstant) = (aStillDense, aStillConstant, bStillDense, bStillConstant);
            run *= size;
            split--;
        }
        Shape outer = [.. shape.Take(split), 1];
        var aWalk = new StridedWalk(outer, [.. aStrides[..split], 0]);
        var bWalk = new StridedWalk(outer, [.. bStrides[..split], 0]);
        for (int at = 0; at < y.Length; at += run)
        {
            Span<T> target = y.Slice(at, run);
            if (!bDense)
            {
                if (aDense)
                    TFunction.Apply(a.Slice(aWalk.Position, run), b[bWalk.Position], target);
                else
                {
                    TFunction.Apply(a.Slice(aWalk.Position, 1), b[bWalk.Position], target[..1]);
                    target.Fill(target[0]);
                }
            }
            else if (!aDense)
                TFunction.Apply(a[aWalk.Position], b.Slice(bWalk.Position, run), target);
            else
                TFunction.Apply(a.Slice(aWalk.Position, run), b.Slice(bWalk.Position, run), target);
            aWalk.Advance();
            bWalk.Advance();
        }
    }
}
