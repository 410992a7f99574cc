using DeepNotebooks.Kernels;

namespace DeepNotebooks;

public sealed partial class Tensor
{
    /// <summary>
    /// y = x Wᵀ + b in one operation, what a dense layer computes: x [batch, …, inputs], W [outputs, inputs], b [outputs],
    /// y [batch, …, outputs].
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit each other, or the types differ.</exception>
    public Tensor Linear(Tensor weight, Tensor? bias = null)
    {
        RequireSameType(this, weight, "Linear");
        RequireSameType(this, bias ?? this, "Linear");
        if (Rank < 2 || weight.Rank != 2 || Shape[-1] != weight.Shape[1] || (bias is not null && (bias.Rank != 1 || bias.Size != weight.Shape[0])))
        {
            throw new ArgumentException($"Linear: the input {Shape} does not fit a weight {weight.Shape}"
                + (bias is null ? "" : $" with a bias {bias.Shape}")
                + ". Pass [batch, inputs], [outputs, inputs] and [outputs].");
        }
        if (Rank > 2)
            return Reshape(-1, Shape[-1]).Linear(weight, bias).Reshape([.. Shape.ToArray().AsSpan(..^1), weight.Shape[0]]);
        Tensor y = Room([Shape[0], weight.Shape[0]]);
        if (bias is not null)
        {
            if (Accelerator is { } device) device.Repeat(bias.Contiguous(), Shape[0], bias.Size, y);
            else if (DType == DType.Float32) Reduction.Repeat(bias.Read<float>(), Shape[0], bias.Size, y.Span<float>());
            else Reduction.Repeat(bias.Read<double>(), Shape[0], bias.Size, y.Span<double>());
        }
        MultiplyInto(y, this, weight.Transpose2(), add: bias is not null);
        return Node is not null || weight.Node is not null || bias?.Node is not null
            ? y.From(new LinearNode(Node, weight.Node, bias?.Node, this, weight))
            : y;
    }

    private sealed class LinearNode(Node? x, Node? weight, Node? bias, Tensor xValue, Tensor weightValue) : Node(x, weight)
    {
        private readonly Tensor? _x = weight is null ? null : xValue.Detach(), _weight = x is null ? null : weightValue.Detach();
        private Node? _bias = bias;

        public override ReadOnlySpan<Node?> Rest => new(ref _bias);

        public override void Backward(Tensor gradient)
        {
            First?.AccumulateProduct(gradient, _weight!);
            Second?.AccumulateProduct(gradient.Transpose2(), _x!);
            _bias?.AccumulateFresh(gradient.Sum(0));
        }
    }

    /// <summary>A matrix with rows and columns exchanged, without history.</summary>
    private Tensor Transpose2()
    {
        int[] strides = StridesArray;
        return View([Shape[1], Shape[0]], [strides[1], strides[0]], _offset);
    }
}
