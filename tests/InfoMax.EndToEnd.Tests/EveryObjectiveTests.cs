using InfoMax.Baselines;
using InfoMax.Critics;
using InfoMax.Data;
using InfoMax.Datasets;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Priors;
using static TorchSharp.torch;

namespace InfoMax.EndToEnd.Tests;

/// <summary>Every objective on a batch of real images: the loss falls, and gradients reach every parameter that they should.</summary>
public sealed class EveryObjectiveTests(EveryObjectiveTests.RealBatch batch) : IClassFixture<EveryObjectiveTests.RealBatch>
{
    private const int Count = 32;

    private readonly Tensor _images = batch.Images;

    public static TheoryData<string> Cases => new(
        "global concat", "global dot", "local dot", "local concat", "local concat sampled", "local and global", "several globals", "prior",
            "absolute", "relative", "occlusion",
        "labels", "activation", "views", "modalities", "sequence", "graph",
        "AE", "VAE", "AAE", "BiGAN", "NAT", "CPC");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_OnARealBatch_FallsAndReachesEveryParameter(string name)
    {
        using var scope = NewDisposeScope();
        (Encoder encoder, Tensor input) = CreateEncoder(name);
        using Encoder owned = encoder;
        EncoderSignature shape;
        using (NewDisposeScope())
        {
            using var noGrad = no_grad();
            shape = EncoderSignature.Of(encoder.call(input), input.shape[1..], Count);
        }

        using var loss = new DimLoss([.. CreateObjectives(name, shape)]);
        using optim.Optimizer optimizer = optim.Adam([.. encoder.parameters(), .. loss.parameters()], name == "activation" ? 1e-3 : 2e-3);
        var losses = new List<double>();
        for (int step = 0; step < 14; step++)
        {
            using var inner = NewDisposeScope();
            EncoderOutput output = encoder.call(input).WithInput(input).WithExampleIndices(arange(input.shape[0], ScalarType.Int64));
            DimLossResult result = loss.call(name == "labels" ? output.WithLabels(batch.Labels) : output);
            optimizer.zero_grad();
            result.Total.backward();
            optimizer.step();
            // In the game it is the discriminator's loss that falls at first.
            losses.Add(result.ReadMetrics()[name switch
            {
                "prior" => "prior.discriminator",
                "BiGAN" => "bigan.discriminator",
                "AAE" =>
                "reconstruction.mse",
                _ => "total"
            }]);
        }

        losses.Should().OnlyContain(l => double.IsFinite(l));
        losses.TakeLast(3).Average().Should()
            .BeLessThan(losses.Take(3).Average() - (0.01 * Math.Abs(losses[0])), "losses: {0}", string.Join(", ", losses));
        encoder.named_parameters().Concat(loss.named_parameters()).Where(p => p.parameter.grad is null).Select(p => p.name).Should()
            .BeEmpty();
    }

    private static IEnumerable<Objective> CreateObjectives(string name, EncoderSignature shape)
    {
        SeparableCritic Dot() => new(shape.LocalChannels, shape.GlobalUnits, 64, seed: 1);
        InfoNceEstimator estimator = new();
        return name switch
        {
            "global concat" => [new GlobalInfoMax(shape.LocalSize, shape.GlobalUnits, new JensenShannonEstimator(), seed: 1)],
            "global dot" => [new GlobalInfoMax(new GlobalSeparableCritic([shape.LocalChannels, .. shape.SpatialShape],
                EncoderDescription.PaperBasic32x32().AfterLocal(), shape.GlobalUnits, 64, seed: 1), estimator)],
            "local concat" => [new LocalInfoMax(new ConcatCritic(shape.LocalChannels, shape.GlobalUnits, 32, seed: 1), estimator, seed: 1)
                { LocationSamples = 4 }],
            "local concat sampled" =>
                [new LocalInfoMax(new ConcatCritic(shape.LocalChannels, shape.GlobalUnits, 32, seed: 1) { NegativesPerPositive = 3 },
                new JensenShannonEstimator(), seed: 1)],
            "local and global" =>
                new DimObjectives { Weights = new DimWeights(0.5, 0.1, 0), LocalCritic = (_, _) => Dot() }.Create(shape, seed: 1),
            "several globals" => [new LocalInfoMax(Dot(), estimator, seed: 1) { GlobalSamples = 9, LocationSamples = 16 }],
            "prior" => [new PriorMatching(shape.GlobalUnits, Prior.Uniform, seed: 1)],
            "absolute" => [new CoordinatePrediction(shape.LocalChannels, shape.GlobalUnits, shape.SpatialShape, hiddenUnits: 64, seed: 1)],
            "relative" => [new CoordinatePrediction(shape.LocalChannels, shape.GlobalUnits, shape.SpatialShape, relative: true,
                hiddenUnits: 64, seed: 1)],
            "labels" => [new Classification(shape.FeatureShapes["conv"].Aggregate(1L, (p, d) => p * d), 10, seed: 1),
                new LocalInfoMax(Dot(), estimator, seed: 1)],
            "activation" => [new ActivationPenalty(1, "conv"), new ActivationPenalty(1), new ActivationPenalty(1, "local")],
            "views" => [new TwoViewInfoMax(Dot(), estimator, seed: 1)],
            "modalities" => [new CrossModalInfoMax(shape.GlobalUnits, shape.Paired!.GlobalUnits, estimator, 32, seed: 1),
                new LocalInfoMax(Dot(), estimator, seed: 1)],
            "sequence" => [new SequenceInfoMax(shape.LocalChannels, shape.GlobalUnits, estimator, 32, seed: 1)],
            "graph" => [new DeepGraphInfoMax(shape.LocalChannels, shape.GlobalUnits, DivergenceEstimator.Gan, seed: 1)],
            "AE" => new Autoencoder().Create(shape, seed: 1),
            "VAE" => new VariationalAutoencoder().Create(shape, seed: 1),
            "AAE" => new AdversarialAutoencoder().Create(shape, seed: 1),
            "BiGAN" => new BidirectionalGan().Create(shape, seed: 1),
            "NAT" => new NoiseAsTargets().Create(shape, seed: 1),
            "CPC" => new ContrastivePredictiveCoding().Create(shape, seed: 1),
            _ => [new LocalInfoMax(Dot(), estimator, seed: 1)],
        };
    }

    /// <summary>The encoder, and the images as it takes them.</summary>
    private (Encoder Encoder, Tensor Input) CreateEncoder(string name)
    {
        ConvEncoder basic = ConvEncoder.For32x32(seed: 1);
        switch (name)
        {
            case "occlusion":
                return (new OccludingEncoder(basic, seed: 1), _images);
            case "views":
                return (new TwoViewEncoder(basic, new ImageAugmentation(), seed: 1), _images);
            case "modalities":
                // The colors of an image, and its brightness at a quarter of the size.
                Tensor small = nn.functional.avg_pool2d(_images.mean([1], keepdim: true), 2).view(Count, 1, 256);
                var second = new ConvEncoder(EncoderDescription.Sequence(1, globalUnits: 16, length: 256), seed: 2);
                return (new PairedEncoder(basic, second), cat([_images.flatten(1), small.flatten(1)], 1));
        }

        basic.Dispose();
        return name switch
        {
            "several globals" => (new ConvEncoder(Folded, seed: 1), _images),
            "CPC" => (new ConvEncoder(Folded with { Layers = [.. Folded.Layers.Take(4), Layer.GlobalAveragePool().As("global")] },
                seed: 1), _images),
            // Rows from top to bottom are a sequence; each has all its colors as channels.
            "sequence" => (
                new TransformerEncoder(new TransformerOptions
                {
                    InputShape = [96, 32],
                    PatchSize = [2],
                    Width = 32,
                    BlockCount = 2,
                    HeadCount = 4,
                    GlobalUnits = 16,
                    Causal = true
                }, seed: 1),
                _images.permute(0, 1, 3, 2).reshape(Count, 96, 32)),
            "graph" => (new CorruptingEncoder(new GraphEncoder(48, units: 32, seed: 1), GraphEncoder.ShuffledFeatures(48), seed: 1),
                Graphs(_images[..8])),
            _ => (ConvEncoder.For32x32(seed: 1), _images),
        };
    }

    private static EncoderDescription Folded => new()
    {
        InputShape = [3, 32, 32],
        Layers = [Layer.Unfold(8), Layer.Conv(16, 4, 2, 1), Layer.Conv(32, 4), Layer.Fold().As("local", "conv"), Layer.Conv(32, 3),
            Layer.Conv(16, 1).As("global")],
    };

    /// <summary>Patches of 4×4 pixels as nodes, with edges to the patches beside them.</summary>
    private static Tensor Graphs(Tensor images)
    {
        Tensor patches = images.unfold(2, 4, 4).unfold(3, 4, 4).permute(0, 2, 3, 1, 4, 5).reshape(images.shape[0], 64, 48);
        Tensor place = arange(64), row = place.div(8, RoundingMode.floor), column = place.remainder(8);
        Tensor distance = (row.unsqueeze(0) - row.unsqueeze(1)).abs() + (column.unsqueeze(0) - column.unsqueeze(1)).abs();
        Tensor edges = distance.eq(1).to(ScalarType.Float32);
        return cat([patches, edges.expand(images.shape[0], 64, 64)], 2);
    }

    /// <summary>Some images, read once.</summary>
    public sealed class RealBatch : IDisposable
    {
        public RealBatch()
        {
            using ImageSet all = ImageFolder.Read(Repository.EuroSat("test"), new ImageFolderOptions { Size = 32 });
            using ImageSet some = all.Take(Count, seed: 1);
            using InMemorySource source = some.ToSource();
            using LabeledData labeled = some.ToLabeled();
            Images = source.GetBatch([.. Enumerable.Range(0, Count)]);
            // Every third label is not known.
            Labels = tensor([.. labeled.Labels.Select((label, i) => i % 3 == 0 ? -1L : label)]);
        }

        public Tensor Images { get; }

        public Tensor Labels { get; }

        public void Dispose()
        {
            Images.Dispose();
            Labels.Dispose();
        }
    }
}
