using DeepNotebooks.Data;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Monitoring;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Tests.Monitoring;

public class UpdateRatiosTests
{
    [Fact]
    public void ARatioIsTheUpdatesLengthByTheWeights()
    {
        // One weight w = 2, x = 1, target 0, loss w²: a step of rate η moves w by 2 η w, a ratio of 2 η, whatever w is.
        var model = new Linear(1, 1, new Rng(1), Initializer.Constant(2), bias: false);
        var data = new Dataset(Tensor.Ones([4, 1]), Tensor.Zeros([4, 1]));
        var ratios = new UpdateRatios();
        var trainer = new Trainer(model, Loss.MeanSquaredError, new SGD(model.Parameters, 0.05), ratios);
        trainer.Fit(new DataLoader(data, 2), 2);
        Assert.Equal(["weight"], ratios.Steps.Keys);
        Assert.Equal(4, ratios.Steps["weight"].Count);
        Assert.All(ratios.Steps["weight"], ratio => Assert.Equal(0.1, ratio, 1e-6));
        trainer.Fit(new DataLoader(data, 4), 1);
        Assert.Single(ratios.Steps["weight"]);
    }
}
