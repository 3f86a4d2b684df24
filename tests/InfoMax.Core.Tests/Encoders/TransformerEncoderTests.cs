using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Encoders;

public sealed class TransformerEncoderTests
{
    private static readonly TransformerOptions Images =
        new() { InputShape = [3, 8, 12], PatchSize = [4], Width = 16, BlockCount = 2, HeadCount = 2, GlobalUnits = 5 };

    private static readonly TransformerOptions Words =
        new() { InputShape = [-1], VocabularySize = 7, Width = 16, BlockCount = 2, HeadCount = 2, GlobalUnits = 5 };

    private static long Block => (2 * (16 + 16)) + ((16 * 48) + 48) + ((16 * 16) + 16) + ((16 * 64) + 64) + ((64 * 16) + 16);

    [Fact]
    public void Patches_OfImages_HaveTheirShapesParametersAndGradients()
    {
        using var scope = NewDisposeScope();
        using var encoder = new TransformerEncoder(Images, seed: 1);
        using EncoderOutput output = encoder.call(randn(3, 3, 8, 12));
        output.Local.Values.shape.Should().Equal(3, 16, 2, 3);
        output.Global.shape.Should().Equal(3, 5);
        output.Features["tokens"].shape.Should().Equal(3, 16, 2, 3);
        output.Features["pool"].shape.Should().Equal(3, 16);
        encoder.parameters().Sum(p => p.numel()).Should().Be(
            (3 * 16 * 16) + 16 + 32 + (16 * 16) + 16 + (6 * 16) + (2 * Block) + 32 + (16 * 5) + 5);
        ((output.Global * randn_like(output.Global)).sum() + (output.Local.Values * randn_like(output.Local.Values)).sum()).backward();
        encoder.named_parameters().Where(p => p.parameter.grad is not { } grad || grad.abs().sum().item<float>() is not > 0).Select(
            p => p.name).Should().BeEmpty();
    }

    [Fact]
    public void StateDict_Keys_AreStable()
    {
        using var encoder = new TransformerEncoder(Images with { BlockCount = 1 });
        encoder.state_dict().Keys.Should().BeEquivalentTo(
            "stem.conv.weight", "stem.conv.bias", "stem.norm.weight", "stem.norm.bias", "stem.linear.weight", "stem.linear.bias",
                "positions",
            "blocks.0.norm_1.weight", "blocks.0.norm_1.bias", "blocks.0.query_key_value.weight", "blocks.0.query_key_value.bias",
                "blocks.0.projection.weight", "blocks.0.projection.bias",
            "blocks.0.norm_2.weight", "blocks.0.norm_2.bias", "blocks.0.hidden.weight", "blocks.0.hidden.bias", "blocks.0.output.weight",
                "blocks.0.output.bias",
            "norm.weight", "norm.bias", "global.weight", "global.bias");
    }

    [Fact]
    public void LocalMap_OfTheStem_IsEachPatchAlone()
    {
        using var scope = NewDisposeScope();
        using var encoder = new TransformerEncoder(Images with { PatchSize = [4, 3] }, seed: 1);
        Dictionary<string, Tensor> state = encoder.state_dict();
        Tensor x = randn(2, 3, 8, 12);
        Tensor map = encoder.call(x).Local.Values;
        map.shape.Should().Equal(2, 16, 2, 4);
        Tensor weight = state["stem.conv.weight"].view(16, -1);
        for (int row = 0; row < 2; row++)
        {
            for (int column = 0; column < 4; column++)
            {
                Tensor patch = x.narrow(2, 4 * row, 4).narrow(3, 3 * column, 3).reshape(2, -1);
                Tensor h = nn.functional.linear(patch, weight, state["stem.conv.bias"]);
                h = nn.functional.gelu((h - h.mean([1], keepdim: true)) / (h.var([1], unbiased: false, keepdim: true) + 1e-5).sqrt());
                map.select(3, column).select(2, row).allclose(
                    nn.functional.linear(h, state["stem.linear.weight"], state["stem.linear.bias"]), atol: 1e-5).Should().BeTrue();
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Blocks_OnTokens_EqualTheirFormula(bool causal)
    {
        using var scope = NewDisposeScope();
        using var encoder = new TransformerEncoder(Words with { Causal = causal, LocalBlock = 1 }, seed: 1);
        Dictionary<string, Tensor> state = encoder.state_dict();
        Tensor ids = tensor(new long[] { 1, 5, 5, 0, 6 }).unsqueeze(0);
        Tensor x = state["stem.weight"][ids[0]] + Positions(5);
        Tensor h = Linear(Normal(x), "query_key_value");
        var heads = new Tensor[2];
        for (int head = 0; head < 2; head++)
        {
            Tensor q = h.narrow(1, 8 * head, 8), k = h.narrow(1, 16 + (8 * head), 8), v = h.narrow(1, 32 + (8 * head), 8);
            Tensor scores = q.mm(k.t()) / Math.Sqrt(8);
            scores = causal ? scores.masked_fill(ones(5, 5).triu(1).to(ScalarType.Bool), double.NegativeInfinity) : scores;
            heads[head] = scores.softmax(1).mm(v);
        }

        x += Linear(cat(heads, 1), "projection");
        x += Linear(nn.functional.gelu(Linear(Normal(x), "hidden")), "output");
        encoder.call(ids).Local.Values[0].t().allclose(x, atol: 1e-5).Should().BeTrue();

        Tensor Linear(Tensor input, string name) =>
            nn.functional.linear(input, state[$"blocks.0.{name}.weight"], state[$"blocks.0.{name}.bias"]);
        static Tensor Normal(Tensor input) =>
            (input - input.mean([1], keepdim: true)) / (input.var([1], unbiased: false, keepdim: true) + 1e-5).sqrt();
        static Tensor Positions(int count)
        {
            float[,] waves = new float[count, 16];
            for (int t = 0; t < count; t++)
            {
                for (int i = 0; i < 8; i++)
                {
                    double angle = t / Math.Pow(10_000, i / 8.0);
                    (waves[t, i], waves[t, 8 + i]) = ((float)Math.Sin(angle), (float)Math.Cos(angle));
                }
            }

            return tensor(waves);
        }
    }

    [Fact]
    public void Causal_LaterTokenChanged_LeavesEarlierGlobalVectorsAlone()
    {
        using var scope = NewDisposeScope();
        using var encoder = new TransformerEncoder(Words with { Causal = true }, seed: 1);
        Tensor a = randint(7, [2, 9], ScalarType.Int64), b = a.clone();
        b[.., 5] = (b[.., 5] + 1) % 7;
        Tensor first = encoder.call(a).Global, second = encoder.call(b).Global;
        first.shape.Should().Equal(2, 5, 9);
        first.narrow(2, 0, 5).allclose(second.narrow(2, 0, 5), atol: 1e-6).Should().BeTrue();
        first.narrow(2, 5, 4).sub(second.narrow(2, 5, 4)).abs().amax([0, 1]).gt(1e-4).all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void AnySize_WavesInPlaceOfLearnedPositions_TakesAllSizesAndDimensions()
    {
        using var scope = NewDisposeScope();
        using var flat = new TransformerEncoder(Images with { InputShape = [3, -1, -1] }, seed: 1);
        flat.call(randn(2, 3, 8, 4)).Local.Values.shape.Should().Equal(2, 16, 2, 1);
        flat.call(randn(2, 3, 12, 16)).Local.Values.shape.Should().Equal(2, 16, 3, 4);
        Expect.ArgumentFault(() => flat.call(randn(2, 3, 9, 4)), "input", "patches [4, 4]");
        using var signal = new TransformerEncoder(Images with { InputShape = [2, 12] }, seed: 1);
        signal.call(randn(2, 2, 12)).Local.Values.shape.Should().Equal(2, 16, 3);
        using var volume = new TransformerEncoder(Images with { InputShape = [1, 4, -1, 4], Width = 12, PatchSize = [2, 2, 4] }, seed: 1);
        volume.call(randn([2, 1, 4, 6, 4])).Local.Values.shape.Should().Equal(2, 12, 2, 3, 1);
        // A position tells where a patch lies: without it, the order of patches would not show.
        Tensor x = randn(1, 3, 8, 8);
        flat.call(x).Global.allclose(flat.call(x.flip(3)).Global, atol: 1e-5).Should().BeFalse();
    }

    [Fact]
    public void Tokens_OutOfRangeOrNotIndices_SayWhatWasExpected()
    {
        using var scope = NewDisposeScope();
        using var encoder = new TransformerEncoder(Words);
        Expect.ArgumentFault(() => encoder.call(tensor(new long[] { 0, 7 }).unsqueeze(0)), "input", "from 0 to 6, got 0 to 7");
        Expect.ArgumentFault(() => encoder.call(tensor(new long[] { -1, 2 }).unsqueeze(0)), "input", "from 0 to 6, got -1 to 2");
        Expect.ArgumentFault(() => encoder.call(randn(2, 4)), "input", "int64");
        using var images = new TransformerEncoder(Images);
        Expect.ArgumentFault(() => images.call(zeros([2, 3, 8, 12], ScalarType.Int64)), "input", "floating-point");
    }

    [Fact]
    public void Tokens_FromASource_BecomeFeatures()
    {
        using var scope = NewDisposeScope();
        using var encoder = new TransformerEncoder(Words, seed: 1);
        Tensor ids = randint(7, [6, 4], ScalarType.Int64);
        using var source = new InMemorySource(ids);
        source.GetBatch([4, 1]).Equals(ids[TensorIndex.Tensor(tensor(new long[] { 4, 1 }))]).Should().BeTrue();
        encoder.eval();
        Tensor parts = cat([encoder.call(source.GetBatch([0, 1, 2, 3])).Global, encoder.call(source.GetBatch([4, 5])).Global]);
        parts.allclose(encoder.call(ids).Global, atol: 1e-6).Should().BeTrue();
        Expect.ArgumentFault(() => _ = new InMemorySource(ids.to(ScalarType.Int32)), "examples", "int64 (ids)");
    }

    [Fact]
    public void Options_WithManyFaults_ReportThemTogether()
    {
        Expect.ArgumentFault(
            () => _ = new TransformerEncoder(new TransformerOptions
            {
                InputShape = [3, 9, -1],
                PatchSize = [2],
                Width = 10,
                HeadCount = 3,
                BlockCount = 0,
                GlobalUnits = 0,
                LocalBlock = 2
            }),
            "options", "BlockCount must be at least 1", "GlobalUnits must", "multiple of HeadCount", "LocalBlock must be from 0 to",
                "must divide");
        Expect.ArgumentFault(
            () => _ = new TransformerEncoder(Images with { VocabularySize = 4 }), "options", "exactly one of PatchSize and VocabularySize");
        Expect.ArgumentFault(() => _ = new TransformerEncoder(Words with { LearnedPositions = true }), "options", "without −1");
        Expect.ArgumentFault(
            () => _ = new TransformerEncoder(Images with { LearnedPositions = false, Width = 18 }), "options", "multiple of 4");
    }

    [Fact]
    public void Seed_Same_GivesTheSameWeightsInsideAnyScope()
    {
        using var a = new TransformerEncoder(Images, seed: 4);
        using var words = new TransformerEncoder(Words, seed: 4);
        TransformerEncoder b;
        using (NewDisposeScope())
        {
            b = new TransformerEncoder(Images, seed: 4);
        }

        using var scope = NewDisposeScope();
        using (b)
        {
            a.parameters().Zip(b.parameters()).Should().OnlyContain(p => p.First.Equals(p.Second));
        }

        using var again = new TransformerEncoder(Words, seed: 4);
        words.parameters().Zip(again.parameters()).Should().OnlyContain(p => p.First.Equals(p.Second));
    }

    [Fact]
    public void To_Float64_MovesEveryPartAndKeepsTheFunction()
    {
        using var scope = NewDisposeScope();
        foreach (Encoder encoder in new Encoder[] { new TransformerEncoder(Images, seed: 1), new ConvEncoder(
            EncoderDescription.ResNet18(inputSize: -1), seed: 1) })
        {
            using (encoder)
            {
                encoder.eval();
                Tensor x = randn(2, 3, 8, 12), expected = encoder.call(x).Global;
                encoder.to(ScalarType.Float64);
                encoder.state_dict().Values.Where(value => value.is_floating_point()).Should().OnlyContain(
                    value => value.dtype == ScalarType.Float64);
                encoder.call(x.to(ScalarType.Float64)).Global.to(ScalarType.Float32).allclose(expected, atol: 1e-4).Should().BeTrue();
            }
        }
    }

    [Fact]
    public void SaveAndLoad_IntoAnotherEncoder_GivesTheSameFunction()
    {
        using var scope = NewDisposeScope();
        using var file = new MemoryStream();
        using TransformerEncoder a = new(Images, seed: 1), b = new(Images, seed: 2);
        using (var writer = new BinaryWriter(file, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            a.save(writer);
        }

        file.Position = 0;
        b.load(new BinaryReader(file));
        Tensor x = randn(2, 3, 8, 12);
        b.call(x).Global.Equals(a.call(x).Global).Should().BeTrue();
    }

    [Fact]
    public void Calls_Repeated_LeakNoTensor()
    {
        using var images = new TransformerEncoder(Images with { LearnedPositions = false });
        using var words = new TransformerEncoder(Words with { Causal = true });
        using Tensor input = randn(2, 3, 8, 12), ids = zeros([2, 4], ScalarType.Int64);
        LiveTensors.ShouldNotGrow(10, () =>
        {
            using EncoderOutput output = images.call(input);
            using EncoderOutput second = words.call(ids);
            using var made = new TransformerEncoder(Words);
        });
    }
}
