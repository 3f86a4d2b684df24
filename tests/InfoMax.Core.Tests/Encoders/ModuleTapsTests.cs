using InfoMax.Encoders;
using InfoMax.Tests.Support;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Encoders;

/// <summary>Taps by hooks in a nested module.</summary>
public sealed class ModuleTapsTests
{
    [Fact]
    public void FromTaps_OfANestedModule_GivesWhatItsSubmodulesGave()
    {
        using var scope = NewDisposeScope();
        var net = new Net();
        using EncoderAdapter encoder = EncoderAdapter.FromTaps(net, "trunk.1.conv", featureTaps: ["trunk.0.act", "mix"]);
        Tensor x = randn(3, 1, 8, 8);
        using EncoderOutput output = encoder.call(x);
        // The activation after the tap works in place; the tap has what its submodule gave.
        Tensor first = net.Trunk[0].call(x), conv = ((Block)net.Trunk[1]).Conv.call(first);
        output.Local.Values.Equals(conv).Should().BeTrue();
        output.Local.Values.min().item<float>().Should().BeNegative();
        output.Features["trunk.0.act"].Equals(first).Should().BeTrue();
        output.Features["mix"].Equals(first + conv.relu()).Should().BeTrue();
        output.Global.Equals(net.call(x)).Should().BeTrue();
        encoder.state_dict().Keys.Should().Contain("module.trunk.1.conv.weight");

        using EncoderAdapter other = EncoderAdapter.FromTaps(new Net(), "trunk.0", globalTap: "pool");
        other.call(x).Global.shape.Should().Equal(3, 4);
    }

    [Fact]
    public void Gradients_ThroughTaps_ReachTheLayersBelow()
    {
        using var scope = NewDisposeScope();
        var net = new Net();
        using EncoderAdapter encoder = EncoderAdapter.FromTaps(net, "trunk.1.conv");
        using EncoderOutput output = encoder.call(randn(3, 1, 8, 8));
        output.Local.Values.square().sum().backward();
        net.named_parameters().Where(p => p.parameter.grad is { } grad && grad.abs().sum().item<float>() > 0).Select(p => p.name)
            .Should().Equal("trunk.0.conv.weight", "trunk.1.conv.weight");
    }

    [Fact]
    public void FromTaps_NamesThatCannotBeTapped_SaySoAtOnce()
    {
        using var net = new Net();
        Expect.ArgumentFault(() => EncoderAdapter.FromTaps(
            net, "trunk.2"), "localTap", "one of trunk, mix, pool, head, unused, trunk.0, trunk.1, trunk.0.conv", "\"trunk.2\"");
        Expect.ArgumentFault(() => EncoderAdapter.FromTaps(net, "trunk.0", featureTaps: ["nothing"]), "featureTaps");
        Expect.ArgumentFault(() => EncoderAdapter.FromTaps(net, "trunk.0", "nothing"), "globalTap");
        Expect.ArgumentFault(() => EncoderAdapter.FromTaps(net, "trunk"), "localTap", "gives one tensor", "ModuleList");
    }

    [Fact]
    public void Call_TapThatDidNotRun_SaysWhich()
    {
        using var scope = NewDisposeScope();
        using EncoderAdapter encoder = EncoderAdapter.FromTaps(new Net(), "trunk.0", featureTaps: ["unused"]);
        FluentActions.Invoking(() => encoder.call(randn(2, 1, 8, 8))).Should().Throw<InvalidOperationException>().WithMessage(
            "*\"unused\"*call()*");
    }

    [Fact]
    public void Calls_Repeated_LeakNoTensorAlsoWhenTheModuleThrows()
    {
        var net = new Net();
        using EncoderAdapter encoder = EncoderAdapter.FromTaps(net, "trunk.1.conv", featureTaps: ["trunk.0"]);
        using Tensor input = randn(2, 1, 8, 8);
        LiveTensors.ShouldNotGrow(10, () =>
        {
            using EncoderOutput output = encoder.call(input);
        });
        net.Fails = true;
        LiveTensors.ShouldNotGrow(10, () => FluentActions.Invoking(() => encoder.call(input)).Should().Throw<NotSupportedException>());
        net.Fails = false;
        // Run alone, the module keeps nothing.
        LiveTensors.ShouldNotGrow(10, () => net.call(input).Dispose());
    }

    private sealed class Net : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "trunk")]
        private readonly ModuleList<nn.Module<Tensor, Tensor>> _trunk = nn.ModuleList<nn.Module<Tensor, Tensor>>(
            new Block(1), new Block(4));

        [ComponentName(Name = "mix")]
        private readonly Sum _mix = new();

        [ComponentName(Name = "pool")]
        private readonly Sequential _pool = nn.Sequential(("mean", nn.AdaptiveAvgPool2d(1)), ("flat", nn.Flatten()));

        [ComponentName(Name = "head")]
        private readonly Linear _head = nn.Linear(4, 3, hasBias: false);

        [ComponentName(Name = "unused")]
        private readonly ReLU _unused = nn.ReLU();

        public Net()
            : base(nameof(Net)) => RegisterComponents();

        public ModuleList<nn.Module<Tensor, Tensor>> Trunk => _trunk;

        public bool Fails { get; set; }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            using Tensor first = _trunk[0].call(input), second = _trunk[1].call(first);
            if (Fails)
            {
                throw new NotSupportedException();
            }

            return scope.MoveToOuter(_head.call(_pool.call(_mix.call(first, second))));
        }
    }

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "conv")]
        private readonly Conv2d _conv;

        [ComponentName(Name = "act")]
        private readonly ReLU _act = nn.ReLU(inplace: true);

        public Block(long channels)
            : base(nameof(Block))
        {
            _conv = nn.Conv2d(channels, 4, 3, padding: 1, bias: false);
            RegisterComponents();
        }

        public Conv2d Conv => _conv;

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return scope.MoveToOuter(_act.call(_conv.call(input)));
        }
    }

    private sealed class Sum() : nn.Module<Tensor, Tensor, Tensor>(nameof(Sum))
    {
        public override Tensor forward(Tensor a, Tensor b) => a + b;
    }
}
