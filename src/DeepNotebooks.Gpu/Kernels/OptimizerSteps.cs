using System.Numerics;
using ILGPU;

namespace DeepNotebooks.Gpu.Kernels;

/// <summary>One thread for each weight.</summary>
internal static class OptimizerSteps
{
    public static void Sgd<T>(Index1D i, ArrayView<T> w, ArrayView<T> gradient, T rate) where T : unmanaged, IFloatingPointIeee754<T> =>
        w[i] -= rate * gradient[i];

    public static void Momentum<T>(
        Index1D i, ArrayView<T> w, ArrayView<T> gradient, ArrayView<T> velocity, T rate, T momentum, T share, int nesterov)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T v = (momentum * velocity[i]) + (share * gradient[i]);
        velocity[i] = v;
        w[i] -= rate * (nesterov != 0 ? (momentum * v) + (share * gradient[i]) : v);
    }

    /// <summary>rest1 and rest2 are 1 − β₁ and 1 − β₂; amsgrad tells whether to divide by the largest square.</summary>
    public static void Adam<T>(Index1D i, ArrayView<T> w, ArrayView<T> gradient, ArrayView<T> mean, ArrayView<T> square, ArrayView<T> largest,
        T rate, T beta1, T rest1, T beta2, T rest2, T epsilon, T correction, int amsgrad)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T g = gradient[i], m = (beta1 * mean[i]) + (rest1 * g), v = (beta2 * square[i]) + (rest2 * g * g);
        (mean[i], square[i]) = (m, v);
        if (amsgrad != 0)
        {
            v = Maximum.Of(largest[i], v);
            largest[i] = v;
        }
        w[i] -= rate * m / ((T.Sqrt(v) * correction) + epsilon);
    }
}
