using System.Numerics;
using DeepNotebooks.Kernels;

namespace DeepNotebooks;

public sealed partial class Tensor
{
    /// <summary>
    /// A step of long short-term memory: gates i, f, o = σ(a) and candidate g = tanh(a) for the four parts of a = input + recurrent, each
    /// [batch, 4 units]; c′ = f c + i g, h′ = o tanh c′. Returns h′ and c′ as [2, batch, units].
    /// </summary>
    internal static Tensor LstmCell(Tensor input, Tensor recurrent, Tensor cell)
    {
        (int batch, int units) = (cell.Shape[0], cell.Shape[1]);
        Tensor y = cell.Room([2, batch, units]), gates = cell.Room([batch, 4 * units]);
        if (cell.Accelerator is { } device) device.Lstm(input.Contiguous(), recurrent.Contiguous(), cell.Contiguous(), gates, y);
        else if (cell.DType == DType.Float32) Run<float>();
        else Run<double>();
        return input.Node is not null || recurrent.Node is not null || cell.Node is not null
            ? y.From(new LstmCellNode(input.Node, recurrent.Node, cell.Node, gates, cell.Detach(), y.Detach()))
            : y;

        void Run<T>() where T : unmanaged, IFloatingPointIeee754<T> => GatedCells.Lstm(
            input.Read<T>(), recurrent.Read<T>(), cell.Read<T>(), units, gates.Span<T>(), y.Span<T>());
    }

    private sealed class LstmCellNode(Node? input, Node? recurrent, Node? cell, Tensor gates, Tensor cellValue, Tensor y) : Node(input, recurrent)
    {
        private Node? _cell = cell;

        public override ReadOnlySpan<Node?> Rest => new(ref _cell);

        public override void Backward(Tensor gradient)
        {
            Tensor dGates = gates.Room(gates.Shape), dCell = gates.Room(cellValue.Shape);
            if (gates.Accelerator is { } device) device.LstmBackward(gates, cellValue.Contiguous(), y, gradient.Contiguous(), dGates, dCell);
            else if (gates.DType == DType.Float32) Run<float>();
            else Run<double>();
            First?.Accumulate(dGates);
            Second?.Accumulate(dGates);
            _cell?.AccumulateFresh(dCell);

            void Run<T>() where T : unmanaged, IFloatingPointIeee754<T> => GatedCells.LstmBackward(gates.Read<T>(), cellValue.Read<T>(),
                y.Read<T>()[(y.Size / 2)..], gradient.Read<T>(), cellValue.Shape[1], dGates.Span<T>(), dCell.Span<T>());
        }
    }

    /// <summary>
    /// A step of a gated recurrent unit: r, z = σ(a + u) for the first two parts of a = input and u = recurrent, each [batch, 3 units],
    /// n = tanh(a + r u) for the third; h′ = (1 − z) n + z h.
    /// </summary>
    internal static Tensor GruCell(Tensor input, Tensor recurrent, Tensor hidden)
    {
        (int batch, int units) = (hidden.Shape[0], hidden.Shape[1]);
        Tensor y = hidden.Room(hidden.Shape), gates = hidden.Room([batch, 3 * units]);
        if (hidden.Accelerator is { } device) device.Gru(input.Contiguous(), recurrent.Contiguous(), hidden.Contiguous(), gates, y);
        else if (hidden.DType == DType.Float32) Run<float>();
        else Run<double>();
        return input.Node is not null || recurrent.Node is not null || hidden.Node is not null
            ? y.From(new GruCellNode(input.Node, recurrent.Node, hidden.Node, gates, recurrent.Detach(), hidden.Detach()))
            : y;

        void Run<T>() where T : unmanaged, IFloatingPointIeee754<T> => GatedCells.Gru(
            input.Read<T>(), recurrent.Read<T>(), hidden.Read<T>(), units, gates.Span<T>(), y.Span<T>());
    }

    private sealed class GruCellNode(Node? input, Node? recurrent, Node? hidden, Tensor gates, Tensor recurrentValue, Tensor hiddenValue)
        : Node(input, recurrent)
    {
        private Node? _hidden = hidden;

        public override ReadOnlySpan<Node?> Rest => new(ref _hidden);

        public override void Backward(Tensor gradient)
        {
            Tensor dInput = gates.Room(gates.Shape), dRecurrent = gates.Room(gates.Shape), dHidden = gates.Room(hiddenValue.Shape);
            if (gates.Accelerator is { } device)
            {
                device.GruBackward(
                    gates, recurrentValue.Contiguous(), hiddenValue.Contiguous(), gradient.Contiguous(), dInput, dRecurrent, dHidden);
            }
            else if (gates.DType == DType.Float32) Run<float>();
            else Run<double>();
            First?.AccumulateFresh(dInput);
            Second?.AccumulateFresh(dRecurrent);
            _hidden?.AccumulateFresh(dHidden);

            void Run<T>() where T : unmanaged, IFloatingPointIeee754<T> => GatedCells.GruBackward(gates.Read<T>(), recurrentValue.Read<T>(),
                hiddenValue.Read<T>(), gradient.Read<T>(), hiddenValue.Shape[1], dInput.Span<T>(), dRecurrent.Span<T>(), dHidden.Span<T>());
        }
    }
}
