using DeepNotebooks.Jupyter.Protocol.Zmtp;

namespace DeepNotebooks.Jupyter.Tests.Protocol.Zmtp;

public sealed class SubscriptionsTests
{
    private readonly Subscriptions _subscriptions = new();

    [Fact]
    public void WhoSubscribesToNothingGetsNothing() => Assert.False(_subscriptions.Match("topic"u8));

    [Fact]
    public void APrefixMatchesAndTheEmptyOneMatchesAll()
    {
        _subscriptions.Add([.. "ab"u8]);
        Assert.True(_subscriptions.Match("ab"u8));
        Assert.True(_subscriptions.Match("abc"u8));
        Assert.False(_subscriptions.Match("a"u8));
        Assert.False(_subscriptions.Match("b"u8));
        _subscriptions.Add([]);
        Assert.True(_subscriptions.Match("b"u8));
        Assert.True(_subscriptions.Match([]));
    }

    [Fact]
    public void TheyAddUp()
    {
        _subscriptions.Add([1]);
        _subscriptions.Add([1]);
        _subscriptions.Remove([1]);
        Assert.True(_subscriptions.Match([1]));
        _subscriptions.Remove([2]);
        _subscriptions.Remove([1]);
        Assert.False(_subscriptions.Match([1]));
    }
}
