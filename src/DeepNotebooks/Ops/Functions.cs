using System.Numerics;
using System.Numerics.Tensors;
using DeepNotebooks.Kernels;

namespace DeepNotebooks;

// Functions of one number, y = f(x), each beside its derivative.

internal readonly struct Negate : IFunction
{
    public Keep Keeps => Keep.Nothing;

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Negate(x, y);

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> => -Vector<T>.One;
}

internal readonly struct AddNumber(double number) : IFunction
{
    public Keep Keeps => Keep.Nothing;

    public (double First, double Second) Numbers => (number, 0);

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Add(x, T.CreateTruncating(number), y);

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> => Vector<T>.One;
}

internal readonly struct MultiplyNumber(double number) : IFunction
{
    public Keep Keeps => Keep.Nothing;

    public (double First, double Second) Numbers => (number, 0);

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Multiply(x, T.CreateTruncating(number), y);

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector.Create(T.CreateTruncating(number));
}

internal readonly struct Power(double exponent) : IFunction
{
    public Keep Keeps => Keep.Input;

    public (double First, double Second) Numbers => (exponent, 0);

    private T Raise<T>(T x) where T : unmanaged, IFloatingPointIeee754<T> => T.Pow(x, T.CreateTruncating(exponent - 1));

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Pow(x, T.CreateTruncating(exponent), y);

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> => exponent == 0
        ? Vector<T>.Zero
        : Vector.Create(T.CreateTruncating(exponent)) * Elementwise.Each(x, Raise<T>);
}

internal readonly struct Square : IFunction
{
    public Keep Keeps => Keep.Input;

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Multiply(x, x, y);

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> => x + x;
}

internal readonly struct Sqrt : IFunction
{
    public Keep Keeps => Keep.Output;

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sqrt(x, y);

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> => Vector<T>.One / (y + y);
}

internal readonly struct Abs : IFunction
{
    public Keep Keeps => Keep.Input;

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Abs(x, y);

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        Elementwise.Each(x, v => T.IsNaN(v) ? v : T.CreateChecked(T.Sign(v)));
}

internal readonly struct Exp : IFunction, IVectorFunction
{
    public Keep Keeps => Keep.Output;

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        Elementwise.Apply<T, Exp>(x, y);

    public static Vector<T> Of<T>(Vector<T> x) where T : unmanaged, IFloatingPointIeee754<T> => Exponential.Of(x);

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> => y;
}

internal readonly struct Log : IFunction
{
    public Keep Keeps => Keep.Input;

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Log(x, y);

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> => Vector<T>.One / x;
}

internal readonly struct Sin : IFunction
{
    public Keep Keeps => Keep.Input;

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < y.Length; i++) // TensorPrimitives.Sin of doubles changes its last bits as the compiler optimizes it
            y[i] = T.Sin(x[i]);
    }

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        Elementwise.Each(x, T.Cos);
}

internal readonly struct Cos : IFunction
{
    public Keep Keeps => Keep.Input;

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < y.Length; i++) // TensorPrimitives.Cos of doubles changes its last bits as the compiler optimizes it
            y[i] = T.Cos(x[i]);
    }

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        -Elementwise.Each(x, T.Sin);
}

/// <summary>The value limited to [low, high]; no gradient where it is limited.</summary>
internal readonly struct Clamp(double low, double high) : IFunction
{
    public Keep Keeps => Keep.Input;

    public (double First, double Second) Numbers => (low, high);

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorPrimitives.Max(x, T.CreateTruncating(low), y);
        TensorPrimitives.Min(y, T.CreateTruncating(high), y);
    }

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector.ConditionalSelect(
            Vector.LessThan(x, Vector.Create(T.CreateTruncating(low))) | Vector.GreaterThan(x, Vector.Create(T.CreateTruncating(high))),
            Vector<T>.Zero, Vector<T>.One);
}

public sealed partial class Tensor
{
    public static Tensor operator -(Tensor x) => x.Map(default(Negate));

    public static Tensor operator +(Tensor x, double number) => x.Map(new AddNumber(number));

    public static Tensor operator +(double number, Tensor x) => x.Map(new AddNumber(number));

    public static Tensor operator -(Tensor x, double number) => x.Map(new AddNumber(-number));

    public static Tensor operator -(double number, Tensor x) => -x + number;

    public static Tensor operator *(Tensor x, double number) => x.Map(new MultiplyNumber(number));

    public static Tensor operator *(double number, Tensor x) => x.Map(new MultiplyNumber(number));

    public static Tensor operator /(Tensor x, double number) => x / Scalar(number, x.DType);

    public static Tensor operator /(double number, Tensor x) => Scalar(number, x.DType) / x;

    /// <summary>y = xᵖ for a constant exponent p.</summary>
    public Tensor Pow(double exponent) => Map(new Power(exponent));

    /// <summary>y = x².</summary>
    public Tensor Square() => Map(default(Square));

    /// <summary>y = √x; the derivative at 0 is infinite.</summary>
    public Tensor Sqrt() => Map(default(Sqrt));

    /// <summary>y = |x|; the derivative at 0 is taken as 0.</summary>
    public Tensor Abs() => Map(default(Abs));

    /// <summary>y = eˣ.</summary>
    public Tensor Exp() => Map(default(Exp));

    /// <summary>y = ln x; −∞ at 0 and NaN below.</summary>
    public Tensor Log() => Map(default(Log));

    /// <summary>y = sin x, x in radians.</summary>
    public Tensor Sin() => Map(default(Sin));

    /// <summary>y = cos x, x in radians.</summary>
    public Tensor Cos() => Map(default(Cos));

    /// <summary>y = min(max(x, low), high); the gradient is 0 where x lies outside.</summary>
    /// <exception cref="ArgumentException">low exceeds high, or one is NaN.</exception>
    public Tensor Clamp(double low, double high) => low <= high
        ? Map(new Clamp(low, high))
        : throw new ArgumentException($"Clamp: the lower bound {low} must not exceed the upper bound {high}.");

    /// <summary>Applies a function element by element and records it.</summary>
    private Tensor Map<TFunction>(TFunction f) where TFunction : struct, IFunction
    {
        Tensor x = Contiguous();
        Tensor y = Room(Shape);
        if (Accelerator is { } device)
            device.Map(f, x, y);
        else if (Size > 0) // TensorPrimitives.Sigmoid and others refuse empty spans
        {
            if (DType == DType.Float32) Apply<float, TFunction>(f, x, y);
            else Apply<double, TFunction>(f, x, y);
        }
        return Node is { } node
            ? y.From(new FunctionNode<TFunction>(
                node, f, f.Keeps.HasFlag(Keep.Input) ? x.Detach() : null, f.Keeps.HasFlag(Keep.Output) ? y.Detach() : null))
            : y;
    }

    private const int FunctionCost = 8; // in multiplications, a mean of cheap ones and exponentials

    private static void Apply<T, TFunction>(TFunction f, Tensor x, Tensor y)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFunction : struct, IFunction
    {
        if (Threads.Pays(FunctionCost * (long)x.Size))
            Share(f, x, y);
        else
            f.Apply(x.Read<T>(), y.Span<T>());

        static void Share(TFunction f, Tensor x, Tensor y) => InParts(x.Size, FunctionCost * (long)x.Size, (start, count) =>
            f.Apply(x.Read<T>().Slice(start, count), y.Span<T>().Slice(start, count)));
    }

    private sealed class FunctionNode<TFunction>(Node input, TFunction f, Tensor? x, Tensor? y) : Node(input)
        where TFunction : struct, IFunction
    {
        public override void Backward(Tensor gradient)
        {
            Tensor result = gradient.Room(gradient.Shape);
            if (gradient.Accelerator is { } device) device.MapBackward(f, x, y, gradient.Contiguous(), result);
            else if (gradient.DType == DType.Float32) Run<float>(gradient, result);
            else Run<double>(gradient, result);
            First!.AccumulateFresh(result);
        }

        private void Run<T>(Tensor gradient, Tensor result) where T : unmanaged, IFloatingPointIeee754<T> => Elementwise.Backward(
            f, x is null ? default : x.Read<T>(), y is null ? default : y.Read<T>(), gradient.Read<T>(), result.Span<T>());
    }
}
