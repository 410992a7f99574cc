namespace DeepNotebooks.Optimizers;

/// <summary>
/// AMSGrad: Adam, dividing by the root of the largest v so far, so that a weight's rate never grows again: the repair for problems on
/// which Adam walks away from the minimum. Reddi, Kale and Kumar, 2018; with bias correction, as in PyTorch.
/// </summary>
public sealed class AMSGrad(IEnumerable<Tensor> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999,
    double epsilon = 1e-8, double weightDecay = 0)
    : Adam(parameters, learningRate, beta1, beta2, epsilon, Penalty.L2(weightDecay), keepLargest: true);
