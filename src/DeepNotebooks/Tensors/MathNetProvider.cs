using System.Numerics;
using System.Reflection;
using DeepNotebooks.Kernels;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace DeepNotebooks;

/// <summary>
/// MathNet's linear algebra with our matrix product, tens of times as fast as that of its managed provider; everything else goes to the
/// provider that was there. One call, <see cref="Use"/>, changes it for the whole process.
/// </summary>
public class MathNetProvider : DispatchProxy
{
    private ILinearAlgebraProvider _rest = null!;

    /// <summary>Makes MathNet multiply dense matrices of float and double by our product; a second call changes nothing.</summary>
    public static void Use()
    {
        if (LinearAlgebraControl.Provider is MathNetProvider)
            return;
        var provider = Create<ILinearAlgebraProvider, MathNetProvider>();
        ((MathNetProvider)provider)._rest = LinearAlgebraControl.Provider;
        LinearAlgebraControl.Provider = provider;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod!.Name, args)
        {
            case (nameof(ILinearAlgebraProvider<>.MatrixMultiply),
            [float[] x, int xRows, int xColumns, float[] y, int, int yColumns, float[] z]):
                Multiply(x, new(0, xRows, 1), y, new(0, xColumns, 1), z, xRows, xColumns, yColumns);
                return null;
            case (nameof(ILinearAlgebraProvider<>.MatrixMultiply),
            [double[] x, int xRows, int xColumns, double[] y, int, int yColumns, double[] z]):
                Multiply(x, new(0, xRows, 1), y, new(0, xColumns, 1), z, xRows, xColumns, yColumns);
                return null;
            case (nameof(ILinearAlgebraProvider<>.MatrixMultiplyWithUpdate),
            [Transpose xTurn, Transpose yTurn, 1f, float[] x, int xRows, int xColumns, float[] y, int yRows, int yColumns, 0f, float[] z]):
                Turned(xTurn, yTurn, x, xRows, xColumns, y, yRows, yColumns, z);
                return null;
            case (nameof(ILinearAlgebraProvider<>.MatrixMultiplyWithUpdate),
            [Transpose xTurn, Transpose yTurn, 1d, double[] x, int xRows, int xColumns, double[] y, int yRows, int yColumns, 0d, double[] z]):
                Turned(xTurn, yTurn, x, xRows, xColumns, y, yRows, yColumns, z);
                return null;
        }
        try
        {
            return targetMethod.Invoke(_rest, args);
        }
        catch (TargetInvocationException failure) when (failure.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure.InnerException);
            throw;
        }
    }

    private static void Turned<T>(Transpose xTurn, Transpose yTurn, T[] x, int xRows, int xColumns, T[] y, int yRows, int yColumns, T[] z)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // Of real numbers the conjugate transpose is the transpose.
        (int rows, int inner) = xTurn == Transpose.DontTranspose ? (xRows, xColumns) : (xColumns, xRows);
        Multiply(x, xTurn == Transpose.DontTranspose ? new(0, xRows, 1) : new(0, 1, xRows),
            y, yTurn == Transpose.DontTranspose ? new(0, yRows, 1) : new(0, 1, yRows), z, rows, inner,
            yTurn == Transpose.DontTranspose ? yColumns : yRows);
    }

    /// <summary>
    /// Z = X Y of matrices stored column by column, as Zᵀ = Yᵀ Xᵀ of matrices stored row by row. The layouts are those of Xᵀ and Yᵀ.
    /// </summary>
    private static void Multiply<T>(T[] x, MatrixLayout xTurned, T[] y, MatrixLayout yTurned, T[] z, int rows, int inner, int columns)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        MatrixProduct.Multiply<T>(y, yTurned, x, xTurned, z.AsSpan(0, rows * columns), columns, inner, rows);
}
