namespace DeepNotebooks.Optimizers;

/// <summary>
/// Adam with decoupled weight decay: w ← (1 − η λ) w, then Adam's step by the gradient alone. With an L2 penalty in the gradient, Adam
/// would divide the decay by √v̂ and so decay weights with large gradients less. Loshchilov and Hutter, 2019.
/// </summary>
public sealed class AdamW(IEnumerable<Tensor> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999,
    double epsilon = 1e-8, double weightDecay = 0.01)
    : Adam(parameters, learningRate, beta1, beta2, epsilon, Penalty.WeightDecay(weightDecay), keepLargest: false);
