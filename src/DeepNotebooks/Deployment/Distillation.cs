using DeepNotebooks.Data;
using DeepNotebooks.Layers;

namespace DeepNotebooks.Deployment;

/// <summary>
/// Distillation: a small student learns from what a teacher says of every class, not from the labels alone. Hinton, Vinyals and Dean,
/// 2015. <c>new Trainer(student, Distillation.Loss(temperature: 4), optimizer).Fit(new DataLoader(Distillation.Targets(teacher, data),
/// 32, rng), epochs)</c>.
/// </summary>
public static class Distillation
{
    /// <summary>The data with what a teacher says of them: inputs as they are, targets [count, 1 + classes] of the label and the teacher's
    /// logits.</summary>
    /// <exception cref="ArgumentException">The targets are no labels [count], or the teacher gives no logits [count, classes].</exception>
    public static Dataset Targets(Layer teacher, Dataset data)
    {
        Tensor logits = teacher.Predict(data.Inputs);
        return logits.Rank == 2 && data.Targets.Size == data.Count
            ? new(data.Inputs, Tensor.Concat([data.Targets.Reshape(-1, 1).To(logits.DType), logits], axis: 1))
            : throw new ArgumentException($"Distillation.Targets: labels {data.Targets.Shape} and the teacher's outputs {logits.Shape} "
                + "are not [count] and [count, classes].");
    }

    /// <summary>
    /// The loss α T² KL(softmax(t / T) ‖ softmax(s / T)) + (1 − α) CE(s, label) of a student's logits s, a teacher's t and a temperature T.
    /// The factor T² keeps the gradients of the soft part as large as they are at T = 1.
    /// </summary>
    /// <param name="temperature">T above 0: the higher, the more the small probabilities count.</param>
    /// <param name="soft">α, the share of the teacher, from 0 to 1.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static Func<Tensor, Tensor, Tensor> Loss(double temperature = 4, double soft = 0.9)
    {
        if (!(temperature > 0 && soft is >= 0 and <= 1))
            throw new ArgumentException($"Distillation.Loss: the temperature {temperature} must lie above 0, the share {soft} in [0, 1].");
        return (student, target) =>
        {
            if (student.Rank != 2 || target.Rank != 2 || target.Shape[1] != student.Shape[1] + 1)
            {
                throw new ArgumentException(
                    $"Distillation.Loss: logits {student.Shape} and targets {target.Shape}; pass data from Distillation.Targets.");
            }
            Tensor teacher = (target[.., 1..] / temperature).Softmax();
            Tensor imitation = Losses.Loss.KLDivergence((student / temperature).LogSoftmax(), teacher);
            return (imitation * (soft * temperature * temperature)) + (Losses.Loss.CrossEntropy(student, target[.., 0]) * (1 - soft));
        };
    }
}
