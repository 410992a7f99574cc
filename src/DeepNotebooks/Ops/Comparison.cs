using System.Numerics;
using DeepNotebooks.Kernels;

namespace DeepNotebooks;

// Comparisons give 1 where they hold and 0 elsewhere, and no gradient.

/// <summary>A function of two numbers without a vector form.</summary>
internal interface IPair
{
    static abstract T Of<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T>;
}

internal readonly struct Greater : IPair
{
    public static T Of<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T> => a > b ? T.One : T.Zero;
}

internal readonly struct GreaterOrEqual : IPair
{
    public static T Of<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T> => a >= b ? T.One : T.Zero;
}

internal readonly struct EqualTo : IPair
{
    public static T Of<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T> => a == b ? T.One : T.Zero;
}

/// <summary>1 where a &gt; b, ½ where they are equal, 0 elsewhere: the derivative of max(a, b) with respect to a.</summary>
internal readonly struct ShareOfMaximum : IPair
{
    public static T Of<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T> =>
        a > b ? T.One : a == b ? T.One / (T.One + T.One) : T.Zero;
}

internal readonly struct Pairwise<TPair> : IFunction2 where TPair : struct, IPair
{
    public static void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = TPair.Of(a[i], b[i]);
    }

    public static void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = TPair.Of(a[i], b);
    }

    public static void Apply<T>(T a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = TPair.Of(a, b[i]);
    }
}

public sealed partial class Tensor
{
    /// <summary>1 where a &gt; b, else 0, with broadcasting; no gradient.</summary>
    public static Tensor operator >(Tensor a, Tensor b) => Broadcast<Pairwise<Greater>>(a, b, "Greater");

    /// <summary>1 where a &lt; b, else 0, with broadcasting; no gradient.</summary>
    public static Tensor operator <(Tensor a, Tensor b) => Broadcast<Pairwise<Greater>>(b, a, "Less");

    /// <summary>1 where a ≥ b, else 0, with broadcasting; no gradient.</summary>
    public static Tensor operator >=(Tensor a, Tensor b) => Broadcast<Pairwise<GreaterOrEqual>>(a, b, "GreaterOrEqual");

    /// <summary>1 where a ≤ b, else 0, with broadcasting; no gradient.</summary>
    public static Tensor operator <=(Tensor a, Tensor b) => Broadcast<Pairwise<GreaterOrEqual>>(b, a, "LessOrEqual");

    public static Tensor operator >(Tensor a, double b) => a > Scalar(b, a.DType);

    public static Tensor operator <(Tensor a, double b) => a < Scalar(b, a.DType);

    public static Tensor operator >=(Tensor a, double b) => a >= Scalar(b, a.DType);

    public static Tensor operator <=(Tensor a, double b) => a <= Scalar(b, a.DType);

    /// <summary>1 where the elements are equal, else 0, with broadcasting; no gradient.</summary>
    public Tensor EqualTo(Tensor other) => Broadcast<Pairwise<EqualTo>>(this, other, "EqualTo");

    /// <summary>1 where the elements equal a number, else 0; no gradient.</summary>
    public Tensor EqualTo(double number) => EqualTo(Scalar(number, DType));

    /// <summary>a where the condition is not 0, else b, with broadcasting of all three; nothing of the other enters, not even
    /// NaN.</summary>
    /// <param name="condition">0 or 1, as comparisons give; gets no gradient.</param>
    /// <param name="a">The numbers taken where it holds.</param>
    /// <param name="b">The numbers taken where it does not.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the types differ.</exception>
    public static Tensor Where(Tensor condition, Tensor a, Tensor b)
    {
        RequireSameType(ref a, ref b, "Where");
        RequireSameType(ref a, ref condition, "Where");
        Shape shape = Shape.Broadcast(condition.Shape, Shape.Broadcast(a.Shape, b.Shape, "Where"), "Where");
        Tensor y = a.Room(shape), mask = condition.Detach();
        Tensor[] spread = [mask.Expand(shape), a.Detach().Expand(shape), b.Detach().Expand(shape)];
        if (a.Accelerator is { } device)
            device.Choose(spread[0].Contiguous(), spread[1].Contiguous(), spread[2].Contiguous(), y);
        else if (a.DType == DType.Float32)
            Elementwise.Choose(spread[0].Read<float>(), spread[1].Read<float>(), spread[2].Read<float>(), y.Span<float>());
        else
            Elementwise.Choose(spread[0].Read<double>(), spread[1].Read<double>(), spread[2].Read<double>(), y.Span<double>());
        return a.Node is not null || b.Node is not null ? y.From(new WhereNode(a.Node, b.Node, mask)) : y;
    }

    private sealed class WhereNode(Node? a, Node? b, Tensor condition) : Node(a, b)
    {
        public override void Backward(Tensor gradient)
        {
            Tensor none = Scalar(0, gradient.DType);
            First?.AccumulateFresh(Where(condition, gradient, none));
            Second?.AccumulateFresh(Where(condition, none, gradient));
        }
    }
}
