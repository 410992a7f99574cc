using DeepNotebooks.Data;
using DeepNotebooks.Deployment;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;

namespace DeepNotebooks.Tests.Deployment;

public class DistillationTests
{
    [Fact]
    public void TheLossIsThatOfTheFormula()
    {
        var rng = new Rng(1);
        var teacher = new Linear(2, 3, rng);
        Dataset data = Generate.Blobs(6, rng), targets = Distillation.Targets(teacher, data);
        Tensor student = rng.Normal([6, 3]);
        Assert.Equal(data.Targets.ToArray(), targets.Targets[.., 0].ToArray());
        double expected = 0;
        Tensor p = (teacher.Predict(data.Inputs) / 3).Softmax(), q = (student / 3).Softmax();
        for (int i = 0; i < 6; i++)
        {
            for (int j = 0; j < 3; j++)
                expected += 0.7 * 9 * p[i, j] * Math.Log(p[i, j] / q[i, j]) / 6;
        }
        expected += 0.3 * Loss.CrossEntropy(student, data.Targets).Item();
        Assert.Equal(expected, Distillation.Loss(3, 0.7)(student, targets.Targets).Item(), 5);
    }

    [Fact]
    public void HotTargetsPullAsHardAsLogitsThatDiffer()
    {
        // Hinton's limit: for a high temperature the gradient is (s − t) / classes of centred logits, whatever T.
        var rng = new Rng(2);
        Tensor student = rng.Normal([1, 4], dtype: DType.Float64), teacher = rng.Normal([1, 4], dtype: DType.Float64);
        (student, teacher) = ((student - student.Mean()).WithGrad(), teacher - teacher.Mean());
        Distillation.Loss(1e3, 1)(student, Tensor.Concat([Tensor.Zeros([1, 1], DType.Float64), teacher], axis: 1)).Backward();
        Tensor limit = (student.Detach() - teacher) / 4;
        Assert.True((student.Grad! - limit).Abs().Max().Item() < 1e-3);
    }

    [Fact]
    public void ErrorsNameTheRemedy()
    {
        Assert.Throws<ArgumentException>(() => Distillation.Loss(0));
        Assert.Contains("Distillation.Targets",
            Assert.Throws<ArgumentException>(() => Distillation.Loss()(Tensor.Ones([2, 3]), Tensor.Ones([2]))).Message);
    }
}
