namespace DeepNotebooks.Optimizers;

/// <summary>
/// AMSGrad: Adam, dividing by the root of the largest v so far, so that a weight's rate never grows again: the repair for problems on
/// which Adam walks away from the minimum. Reddi, Kale and Kumar, 2018; with bias correction, as in PyTorch.
/// </summary>
/// <param name="parameters">What is optimized.</param>
/// <param name="learningRate">η.</param>
/// <param name="beta1">β₁, from [0, 1).</param>
/// <param name="beta2">β₂, from [0, 1).</param>
/// <param name="epsilon">ε, above 0.</param>
/// <param name="weightDecay">λ of the L2 penalty.</param>
public sealed class AMSGrad(IEnumerable<Tensor> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999,
    double epsilon = 1e-8, double weightDecay = 0)
    : Adam(parameters, learningRate, beta1, beta2, epsilon, Penalty.L2(weightDecay), keepLargest: true);
