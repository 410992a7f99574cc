using System.Numerics;
using ILGPU;

namespace DeepNotebooks.Gpu.Kernels;

/// <summary>One thread for each unit of each example.</summary>
internal static class GatedCells
{
    public static void Lstm<T>(
        Index1D j, ArrayView<T> input, ArrayView<T> recurrent, ArrayView<T> cell, ArrayView<T> gates, ArrayView<T> y, int units)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int at = (j / units * 4 * units) + (j % units), second = at + units, third = second + units, fourth = third + units;
        T i = Sigmoid.Of(input[at] + recurrent[at], T.Zero, T.Zero), f = Sigmoid.Of(input[second] + recurrent[second], T.Zero, T.Zero);
        T g = T.Tanh(input[third] + recurrent[third]), o = Sigmoid.Of(input[fourth] + recurrent[fourth], T.Zero, T.Zero);
        T c = (f * cell[j]) + (i * g);
        (gates[at], gates[second], gates[third], gates[fourth]) = (i, f, g, o);
        y[j] = o * T.Tanh(c);
        y[cell.IntLength + j] = c;
    }

    public static void LstmBackward<T>(
        Index1D j, ArrayView<T> gates, ArrayView<T> cell, ArrayView<T> y, ArrayView<T> dy, ArrayView<T> dGates, ArrayView<T> dCell, int units)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int at = (j / units * 4 * units) + (j % units), second = at + units, third = second + units, fourth = third + units;
        T i = gates[at], f = gates[second], g = gates[third], o = gates[fourth], tanh = T.Tanh(y[cell.IntLength + j]);
        T dh = dy[j], dc = dy[cell.IntLength + j] + (dh * o * (T.One - (tanh * tanh)));
        dGates[at] = dc * g * i * (T.One - i);
        dGates[second] = dc * cell[j] * f * (T.One - f);
        dGates[third] = dc * i * (T.One - (g * g));
        dGates[fourth] = dh * tanh * o * (T.One - o);
        dCell[j] = dc * f;
    }

    public static void Gru<T>(
        Index1D j, ArrayView<T> input, ArrayView<T> recurrent, ArrayView<T> hidden, ArrayView<T> gates, ArrayView<T> y, int units)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int at = (j / units * 3 * units) + (j % units), second = at + units, third = second + units;
        T r = Sigmoid.Of(input[at] + recurrent[at], T.Zero, T.Zero), z = Sigmoid.Of(input[second] + recurrent[second], T.Zero, T.Zero);
        T n = T.Tanh(input[third] + (r * recurrent[third]));
        (gates[at], gates[second], gates[third]) = (r, z, n);
        y[j] = n + (z * (hidden[j] - n));
    }

    public static void GruBackward<T>(Index1D j, ArrayView<T> gates, ArrayView<T> recurrent, ArrayView<T> hidden, ArrayView<T> dy,
        ArrayView<T> dInput, ArrayView<T> dRecurrent, ArrayView<T> dHidden, int units)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int at = (j / units * 3 * units) + (j % units), second = at + units, third = second + units;
        T r = gates[at], z = gates[second], n = gates[third], dh = dy[j];
        T dn = dh * (T.One - z) * (T.One - (n * n)), dr = dn * recurrent[third] * r * (T.One - r), dz = dh * (hidden[j] - n) * z * (T.One - z);
        (dInput[at], dInput[second], dInput[third]) = (dr, dz, dn);
        (dRecurrent[at], dRecurrent[second], dRecurrent[third]) = (dr, dz, dn * r);
        dHidden[j] = dh * z;
    }
}
