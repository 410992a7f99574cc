using System.Numerics;
using System.Numerics.Tensors;
using DeepNotebooks.Kernels;

namespace DeepNotebooks;

// Functions of two tensors, element by element with broadcasting. A gradient has the broadcast shape; Node.Accumulate sums it back
// to the shape of the input.

internal readonly struct Add : IFunction2
{
    public static void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Add(a, b, y);

    public static void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Add(a, b, y);

    public static void Apply<T>(T a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Add(b, a, y);

    public sealed class Node(DeepNotebooks.Node? a, DeepNotebooks.Node? b) : DeepNotebooks.Node(a, b)
    {
        public override void Backward(Tensor gradient)
        {
            First?.Accumulate(gradient);
            Second?.Accumulate(gradient);
        }
    }
}

internal readonly struct Subtract : IFunction2
{
    public static void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Subtract(a, b, y);

    public static void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Subtract(a, b, y);

    public static void Apply<T>(T a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Subtract(a, b, y);

    public sealed class Node(DeepNotebooks.Node? a, DeepNotebooks.Node? b) : DeepNotebooks.Node(a, b)
    {
        public override void Backward(Tensor gradient)
        {
            First?.Accumulate(gradient);
            Second?.AccumulateFresh(-gradient);
        }
    }
}

internal readonly struct Multiply : IFunction2
{
    public static void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Multiply(a, b, y);

    public static void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Multiply(a, b, y);

    public static void Apply<T>(T a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Multiply(b, a, y);

    public sealed class Node(DeepNotebooks.Node? a, DeepNotebooks.Node? b, Tensor aValue, Tensor bValue) : DeepNotebooks.Node(a, b)
    {
        private readonly Tensor? _a = b is null ? null : aValue.Detach(), _b = a is null ? null : bValue.Detach();

        public override void Backward(Tensor gradient)
        {
            First?.AccumulateFresh(gradient * _b!);
            Second?.AccumulateFresh(gradient * _a!);
        }
    }
}

internal readonly struct Divide : IFunction2
{
    public static void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Divide(a, b, y);

    public static void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Divide(a, b, y);

    public static void Apply<T>(T a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Divide(a, b, y);

    public sealed class Node(DeepNotebooks.Node? a, DeepNotebooks.Node? b, Tensor bValue, Tensor yValue) : DeepNotebooks.Node(a, b)
    {
        private readonly Tensor _b = bValue.Detach();
        private readonly Tensor? _y = b is null ? null : yValue.Detach();

        public override void Backward(Tensor gradient)
        {
            Tensor quotient = gradient / _b;
            First?.Accumulate(quotient);
            Second?.AccumulateFresh(-(quotient * _y!)); // ∂(a/b)/∂b = −(a/b)/b
        }
    }
}

/// <summary>The larger of two numbers; equal ones share the gradient.</summary>
internal readonly struct Maximum : IFunction2
{
    public static void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Max(a, b, y);

    public static void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Max(a, b, y);

    public static void Apply<T>(T a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Max(b, a, y);

    public sealed class Node(DeepNotebooks.Node? a, DeepNotebooks.Node? b, Tensor aValue, Tensor bValue) : DeepNotebooks.Node(a, b)
    {
        private readonly Tensor _a = aValue.Detach(), _b = bValue.Detach();

        public override void Backward(Tensor gradient)
        {
            First?.AccumulateFresh(gradient * Tensor.ShareOfMaximum(_a, _b));
            Second?.AccumulateFresh(gradient * Tensor.ShareOfMaximum(_b, _a));
        }
    }
}

public sealed partial class Tensor
{
    /// <summary>a + b, element by element with broadcasting.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the types differ.</exception>
    public static Tensor operator +(Tensor a, Tensor b)
    {
        Tensor y = Broadcast<Add>(a, b, "Add");
        return a.Node is not null || b.Node is not null ? y.From(new Add.Node(a.Node, b.Node)) : y;
    }

    /// <summary>a − b, element by element with broadcasting.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the types differ.</exception>
    public static Tensor operator -(Tensor a, Tensor b)
    {
        Tensor y = Broadcast<Subtract>(a, b, "Subtract");
        return a.Node is not null || b.Node is not null ? y.From(new Subtract.Node(a.Node, b.Node)) : y;
    }

    /// <summary>a · b, element by element with broadcasting (the Hadamard product; <see cref="MatMul"/> multiplies matrices).</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the types differ.</exception>
    public static Tensor operator *(Tensor a, Tensor b)
    {
        Tensor y = Broadcast<Multiply>(a, b, "Multiply");
        return a.Node is not null || b.Node is not null ? y.From(new Multiply.Node(a.Node, b.Node, a, b)) : y;
    }

    /// <summary>a / b, element by element with broadcasting.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the types differ.</exception>
    public static Tensor operator /(Tensor a, Tensor b)
    {
        Tensor y = Broadcast<Divide>(a, b, "Divide");
        return a.Node is not null || b.Node is not null ? y.From(new Divide.Node(a.Node, b.Node, b, y)) : y;
    }

    /// <summary>The larger of a and b, element by element with broadcasting; where they are equal each gets half the gradient.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the types differ.</exception>
    public static Tensor Maximum(Tensor a, Tensor b)
    {
        Tensor y = Broadcast<Maximum>(a, b, "Maximum");
        return a.Node is not null || b.Node is not null ? y.From(new Maximum.Node(a.Node, b.Node, a, b)) : y;
    }

    /// <summary>The smaller of a and b, element by element with broadcasting; where they are equal each gets half the gradient.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the types differ.</exception>
    public static Tensor Minimum(Tensor a, Tensor b) => -Maximum(-a, -b);

    internal static Tensor ShareOfMaximum(Tensor a, Tensor b) => Broadcast<Pairwise<ShareOfMaximum>>(a, b, "Maximum");

    /// <summary>Adds to this tensor's elements; history is not recorded.</summary>
    internal void AddInPlace(Tensor other)
    {
        if (Accelerator is { } device) device.Broadcast<Add>(this, StridesArray, other, other.StridesArray, this);
        else if (DType == DType.Float32) TensorPrimitives.Add(Span<float>(), other.Read<float>(), Span<float>());
        else TensorPrimitives.Add(Span<double>(), other.Read<double>(), Span<double>());
    }

    private static Tensor Broadcast<TFunction>(Tensor a, Tensor b, string operation) where TFunction : struct, IFunction2
    {
        RequireSameType(ref a, ref b, operation);
        Tensor y = a.Room(Shape.Broadcast(a.Shape, b.Shape, operation));
        if (a.Accelerator is { } device) device.Broadcast<TFunction>(a, a.BroadcastStrides(y.Rank), b, b.BroadcastStrides(y.Rank), y);
        else if (a.DType == DType.Float32) Run<float>();
        else Run<double>();
        return y;

        void Run<T>() where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (a.Shape == b.Shape)
                TFunction.Apply(a.Read<T>(), b.Read<T>(), y.Span<T>());
            else
            {
                Tensor left = a.Contiguous(), right = b.Contiguous();
                Elementwise.Broadcast<T, TFunction>(
                    left.Read<T>(), left.BroadcastStrides(y.Rank), right.Read<T>(), right.BroadcastStrides(y.Rank), y.Shape, y.Span<T>());
            }
        }
    }

    /// <summary>This tensor's strides under a shape that it broadcasts to: 0 along every axis that is repeated.</summary>
    private int[] BroadcastStrides(int rank)
    {
        var result = new int[rank];
        int[] own = StridesArray;
        for (int axis = 0; axis < own.Length; axis++)
            result[rank - own.Length + axis] = Shape[axis] == 1 ? 0 : own[axis];
        return result;
    }

    /// <summary>Requires one type and one device; a single number on the processor follows the other operand.</summary>
    private static void RequireSameType(ref Tensor a, ref Tensor b, string operation)
    {
        if (!ReferenceEquals(a.Accelerator, b.Accelerator) && a.DType == b.DType)
        {
            if (a.Accelerator is null && a.Size == 1) a = b.Room(a.Shape, a.At(a._offset));
            else if (b.Accelerator is null && b.Size == 1) b = a.Room(b.Shape, b.At(b._offset));
        }
        RequireSameType(a, b, operation);
    }

    private static void RequireSameDevice(Tensor a, Tensor b, string operation)
    {
        if (!ReferenceEquals(a.Accelerator, b.Accelerator))
        {
            throw new ArgumentException($"{operation}: {a.Shape} lives on {a.Device.Name}, {b.Shape} on {b.Device.Name}. "
                + "Move one by To(device): the model and its data belong on one device.");
        }
    }

    private static void RequireSameType(Tensor a, Tensor b, string operation)
    {
        RequireSameDevice(a, b, operation);
        if (a.DType != b.DType)
            throw new ArgumentException($"{operation}: {a.Shape} {a.DType} and {b.Shape} {b.DType} differ in type. Convert one with To().");
    }
}
