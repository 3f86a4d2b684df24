using InfoMax.Data;
using InfoMax.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Data;

/// <summary>What holds for every augmentation of images, and what each of them promises by itself.</summary>
public sealed class AugmentationTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _generator = new(11);

    public static TheoryData<Augmentation> Strong => new(
        Augmentation.RandomCrop(),
        Augmentation.RandomCrop(reflect: true, padding: 3),
        Augmentation.RandomCrop(size: 12, padding: 2),
        Augmentation.GaussianBlur(probability: 1),
        Augmentation.GaussianBlur(),
        Augmentation.Solarization(probability: 0.5),
        Augmentation.Orientation(),
        new ImageAugmentation(),
        new ImageAugmentation { Hue = 0.5 },
        Augmentation.RandomCrop().Then(new ImageAugmentation()).Then(Augmentation.GaussianBlur()).Then(Augmentation.Solarization()));

    public static TheoryData<Augmentation> Identities => new(
        Augmentation.RandomCrop(padding: 0),
        Augmentation.GaussianBlur(probability: 0),
        Augmentation.GaussianBlur(probability: 1, minSigma: 1e-3, maxSigma: 1e-3),
        Augmentation.Solarization(probability: 0),
        Augmentation.Solarization(probability: 1, threshold: 1),
        Augmentation.Orientation(mirror: 0, verticalMirror: 0, quarterTurns: false),
        Augmentation.RandomCrop(padding: 0).Then(Augmentation.Solarization(probability: 0)));

    public void Dispose()
    {
        _scope.Dispose();
        _generator.Dispose();
    }

    [Theory]
    [MemberData(nameof(Strong))]
    public void Apply_Any_IsDeterminedByTheGeneratorAndKeepsRangeShapeAndArgument(Augmentation augmentation)
    {
        Tensor images = Images(16, 3, 12, 12), before = images.clone();
        using Generator a = new(5), b = new(5);
        manual_seed(1);
        Tensor first = augmentation.Apply(images, a);
        manual_seed(2);
        Tensor second = augmentation.Apply(images, b), third = augmentation.Apply(images, b);
        first.Equals(second).Should().BeTrue("the global generator has no part in it");
        first.Equals(third).Should().BeFalse();
        first.shape.Should().Equal(images.shape);
        first.dtype.Should().Be(ScalarType.Float32);
        images.Equals(before).Should().BeTrue();
        (first.min().item<float>(), first.max().item<float>()).Should().Match<(float Min, float Max)>(
            r => r.Min >= -1.0001f && r.Max <= 1.0001f);
        augmentation.Apply(images.to(float64), a).dtype.Should().Be(ScalarType.Float64);
        LiveTensors.ShouldNotGrow(3, () => augmentation.Apply(images, a).Dispose());
    }

    [Theory]
    [MemberData(nameof(Strong))]
    public void Apply_ManyOfOneImage_ChangesEachByItself(Augmentation augmentation)
    {
        Tensor changed = augmentation.Apply(Images(1, 3, 12, 12).expand(24, 3, 12, 12), _generator);
        Enumerable.Range(0, 24).Select(i => changed[i].sub(changed[0]).abs().max().item<float>() > 1e-6f).Distinct().Should().HaveCount(
            2, "one is as itself, and others differ from it");
    }

    [Theory]
    [MemberData(nameof(Identities))]
    public void Apply_IdentitySettings_GivesTheImagesBack(Augmentation augmentation)
    {
        Tensor images = Images(6, 3, 10, 10), same = augmentation.Apply(images, _generator);
        same.Should().NotBeSameAs(images);
        same.Equals(images).Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Strong))]
    public void Apply_WrongArguments_AreRefused(Augmentation augmentation)
    {
        FluentActions.Invoking(() => augmentation.Apply(zeros(3, 8, 8), _generator)).Should().Throw<ArgumentException>().WithMessage(
            "*[*, *, *, *]*[3, 8, 8]*");
        FluentActions.Invoking(() => augmentation.Apply(
            zeros(1, 3, 8, 8, dtype: ScalarType.Byte), _generator)).Should().Throw<ArgumentException>().WithMessage("*floating-point*");
        FluentActions.Invoking(() => augmentation.Apply(null!, _generator)).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void RandomCrop_OfACountedGrid_ShiftsUniformlyAndFillsTheRest()
    {
        // Each pixel holds its own number, so that the center of a crop tells where it was taken.
        const int Size = 9, Padding = 2, Count = 5000;
        Tensor images = arange(Size * Size, dtype: float32).div(Size * Size).view(1, 1, Size, Size).expand(Count, 1, Size, Size);
        Tensor crops = Augmentation.RandomCrop(padding: Padding, fill: -0.5).Apply(images, _generator);
        long[] centers = [.. crops[.., 0, Size / 2, Size / 2].mul(Size * Size).round().to(int64).data<long>()];
        var places = centers.GroupBy(c => c).ToDictionary(g => g.Key, g => g.Count());
        places.Keys.Order().Should().Equal(
            Enumerable.Range(-2, 5).SelectMany(y => Enumerable.Range(-2, 5).Select(x => (long)(((4 + y) * Size) + 4 + x))));
        double chiSquare = places.Values.Sum(n => (n - 200.0) * (n - 200.0) / 200);
        chiSquare.Should().BeLessThan(51, "99.9 % of draws from 25 equal places are below");
        int corner = Array.IndexOf(centers, (2 * Size) + 2);
        Tensor expected = full([Size, Size], -0.5f);
        expected[2.., 2..] = images[0, 0, ..7, ..7];
        crops[corner, 0].Equals(expected).Should().BeTrue();
    }

    [Theory]
    [InlineData(9, 9, 4, 0)]
    [InlineData(9, 6, 4, 1)]
    [InlineData(5, 7, 7, 1)]
    public void RandomCrop_OfASize_TakesEveryWindowAsOften(int height, int width, int size, int padding)
    {
        const int Count = 6000;
        Tensor images = arange(height * width, dtype: float32).div(height * width).view(1, 1, height, width).expand(
            Count, 1, height, width);
        var crop = Augmentation.RandomCrop(size: size, padding: padding, fill: -1);
        Tensor crops = crop.Apply(images, _generator), padded = nn.functional.pad(
            images[0, 0], [padding, padding, padding, padding], PaddingModes.Constant, -1);
        crops.shape.Should().Equal(Count, 1, size, size);
        crop.OutputShape([1, height, width]).Should().Equal(1, size, size);
        int rows = height + (2 * padding) - size + 1, columns = width + (2 * padding) - size + 1;
        int[] found = new int[rows * columns];
        for (int place = 0; place < found.Length; place++)
        {
            (int y, int x) = (place / columns, place % columns);
            found[place] = (int)crops[.., 0].eq(padded[y..(y + size), x..(x + size)]).all(2).all(1).sum().item<long>();
        }

        found.Sum().Should().Be(Count, "each crop is one of the windows");
        double expected = (double)Count / found.Length;
        found.Sum(n => (n - expected) * (n - expected) / expected).Should().BeLessThan(
            found.Length + (5 * Math.Sqrt(2 * found.Length)), "a chi-square of as many degrees of freedom is below");
        Tensor middle = crop.EvaluationView(images);
        middle.shape.Should().Equal(Count, 1, size, size);
        bool fits = size <= Math.Min(height, width);
        (int top, int left) = fits ? ((height - size) / 2 + padding, (width - size) / 2 + padding) : ((rows - 1) / 2, (columns - 1) / 2);
        middle[7, 0].Equals(padded[top..(top + size), left..(left + size)]).Should().BeTrue();
    }

    [Fact]
    public void RandomCrop_LargerThanTheImage_IsRefused()
    {
        var crop = Augmentation.RandomCrop(size: 11, padding: 1);
        Tensor images = Images(2, 3, 12, 8);
        crop.Invoking(c => c.Apply(images, _generator)).Should().Throw<ArgumentException>().WithParameterName("batch").WithMessage(
            "*at least 11 pixels*1 of padding*[2, 3, 12, 8]*");
        crop.Invoking(c => c.EvaluationView(images)).Should().Throw<ArgumentException>().WithParameterName("batch");
        crop.Invoking(c => c.OutputShape([3, 12, 8])).Should().Throw<ArgumentException>().WithParameterName("exampleShape").WithMessage(
            "*at least 11 pixels*[3, 12, 8]*");
        crop.Invoking(c => c.OutputShape([96])).Should().Throw<ArgumentException>().WithParameterName("exampleShape");
        FluentActions.Invoking(() => Augmentation.RandomCrop(size: 0)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName(
            "size");
        FluentActions.Invoking(() => new ImageAugmentation { Size = 0 }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName(
            "Size");
        new ImageAugmentation { Size = 8 }.Invoking(a => a.OutputShape([96])).Should().Throw<ArgumentException>().WithParameterName(
            "exampleShape");
    }

    [Theory]
    [InlineData(6)]
    [InlineData(24)]
    public void ImageAugmentation_OfASize_ResamplesTheWholeImageIfNothingIsLeftToChance(int size)
    {
        // A plane is a plane at any size.
        Tensor plane = linspace(-1, 1, 12).view(1, 1, 1, 12).mul(0.5).add(linspace(-1, 1, 12).view(1, 1, 12, 1).mul(0.25)).expand(
            4, 3, 12, 12);
        var augmentation = new ImageAugmentation { Size = size, MinArea = 1, MaxAspect = 1, Mirror = 0, Jitter = 0, Grayscale = 0 };
        augmentation.OutputShape([3, 12, 12]).Should().Equal(3, size, size);
        Tensor resampled = augmentation.Apply(plane, _generator), still = augmentation.EvaluationView(plane);
        resampled.shape.Should().Equal(4, 3, size, size);
        still.shape.Should().Equal(4, 3, size, size);
        // But at its border, beyond which there is nothing to interpolate with.
        resampled[.., .., 2..^2, 2..^2].sub(still[.., .., 2..^2, 2..^2]).abs().max().item<float>().Should().BeLessThan(1e-5f);
        new ImageAugmentation { Size = size }.Apply(plane, _generator).shape.Should().Equal(4, 3, size, size);
    }

    [Fact]
    public void EvaluationView_OfAugmentationsThatKeepTheShape_IsTheExamples()
    {
        Tensor images = Images(2, 3, 12, 12);
        Augmentation.RandomCrop().Then(new ImageAugmentation()).Then(Augmentation.GaussianBlur()).EvaluationView(images).Equals(
            images).Should().BeTrue();
        Augmentation chain = Augmentation.RandomCrop(size: 8, padding: 0).Then(new ImageAugmentation { Size = 6 }).Then(
            Augmentation.Solarization());
        chain.OutputShape([3, 12, 12]).Should().Equal(3, 6, 6);
        // Repeated three times, pixels of six areas are whole: four in a row of 24.
        Tensor repeated = images[.., .., 2..10, 2..10].repeat_interleave(3, dim: 2).repeat_interleave(
            3, dim: 3), areas = nn.functional.avg_pool2d(repeated, 4);
        chain.EvaluationView(images).sub(areas).abs().max().item<float>().Should().BeLessThan(1e-6f);
        LiveTensors.ShouldNotGrow(3, () => chain.EvaluationView(images).Dispose());
    }

    [Fact]
    public void RandomCrop_Reflecting_ShowsTheImageMirroredAtItsBorder()
    {
        Tensor ramp = linspace(-1, 1, 8).view(1, 1, 1, 8).expand(200, 1, 8, 8);
        Tensor crops = Augmentation.RandomCrop(padding: 7, reflect: true).Apply(ramp, _generator);
        crops.diff(1, 3).abs().sub(2.0 / 7).abs().max().item<float>().Should().BeLessThan(
            1e-5f, "every step is one of the ramp, up or down");
        FluentActions.Invoking(() => Augmentation.RandomCrop(padding: 8, reflect: true).Apply(
            ramp, _generator)).Should().Throw<ArgumentException>().WithMessage("*more than 8 pixels*");
    }

    [Theory]
    [InlineData(12, 2.0)]
    [InlineData(3, 2.0)]
    [InlineData(1, 5.0)]
    public void GaussianBlur_Any_KeepsTheMeanAndLowersTheVariance(int size, double sigma)
    {
        Tensor images = Images(8, 2, size, size), blurred = Augmentation.GaussianBlur(probability: 1, minSigma: 0.5, maxSigma: sigma).Apply(
            images, _generator);
        blurred.mean([2, 3]).sub(images.mean([2, 3])).abs().max().item<float>().Should().BeLessThan(1e-5f);
        if (size > 1)
        {
            blurred.var([2, 3]).lt(images.var([2, 3])).all().item<bool>().Should().BeTrue();
        }
    }

    [Fact]
    public void GaussianBlur_OfAPoint_IsTheGaussian()
    {
        Tensor point = full([1, 1, 31, 31], 0f);
        point[0, 0, 15, 15] = 1;
        Tensor blurred = Augmentation.GaussianBlur(probability: 1, minSigma: 1.5, maxSigma: 1.5).Apply(point, _generator)[0, 0];
        double norm = Enumerable.Range(-5, 11).Sum(k => Math.Exp(-k * k / 4.5));
        foreach ((int x, int y) in new[] { (0, 0), (1, 0), (0, 2), (3, -1), (-5, 5) })
        {
            ((double)blurred[15 + y, 15 + x].item<float>()).Should().BeApproximately(
                Math.Exp(-((x * x) + (y * y)) / 4.5) / (norm * norm), 1e-6);
        }
    }

    [Fact]
    public void GaussianBlurAndSolarization_Sometimes_LeaveTheOthersUntouched()
    {
        Tensor images = Images(2000, 1, 4, 4);
        foreach (Augmentation augmentation in new Augmentation[] { Augmentation.GaussianBlur(probability: 0.3), Augmentation.Solarization(
            probability: 0.3) })
        {
            double changed = augmentation.Apply(images, _generator).ne(images).flatten(1).any(1).to(float32).mean().item<float>();
            changed.Should().BeApproximately(0.3, 0.05);
        }
    }

    [Fact]
    public void Solarization_Always_InvertsFromTheThresholdOn()
    {
        Tensor images = tensor(new float[] { -1, -0.2f, 0.1f, 0.5f, 0.9f, 1 }).view(1, 1, 2, 3);
        Augmentation.Solarization(probability: 1, threshold: 0.5).Apply(images, _generator).data<float>().Should().Equal(
            -1, -0.2f, 0.1f, -0.5f, -0.9f, -1);
    }

    [Fact]
    public void ImageOrientation_ManyTimes_GivesTheEightOrientationsEvenly()
    {
        Tensor image = arange(9, dtype: float32).div(9).view(1, 1, 3, 3), turned = Augmentation.Orientation().Apply(
            image.expand(4000, 1, 3, 3), _generator);
        Tensor[] turns = [.. Enumerable.Range(0, 4).SelectMany(k => new[] { image.rot90(k, (2, 3)), image.flip(3).rot90(k, (2, 3)) })];
        long[] counts = [.. turns.Select(t => turned.eq(t).flatten(1).all(1).sum().item<long>())];
        counts.Sum().Should().Be(4000, "every result is one of the eight");
        counts.Should().OnlyContain(n => n > 400 && n < 600);
        Augmentation.Orientation(mirror: 0, verticalMirror: 1, quarterTurns: false).Apply(image, _generator).Equals(
            image.flip(2)).Should().BeTrue();
        FluentActions.Invoking(() =>
            Augmentation.Orientation().Apply(zeros(1, 1, 3, 4), _generator)).Should().Throw<ArgumentException>().WithMessage("*square*");
        Augmentation.Orientation(quarterTurns: false).Apply(zeros(1, 1, 3, 4), _generator).shape.Should().Equal(1, 1, 3, 4);
    }

    [Fact]
    public void Apply_PixelsOutsideTheRange_AreRefusedWhereTheyWouldBeCut()
    {
        Tensor images = linspace(-3, 2000, 2 * 3 * 8 * 8).view(2, 3, 8, 8);
        foreach (Augmentation cutting in new[] { Augmentation.GaussianBlur(), Augmentation.Solarization(), Augmentation.Orientation().Then(
            Augmentation.Solarization()) })
        {
            Expect.ArgumentFault(() => cutting.Apply(images, _generator), "batch", "Expected pixels in [−1, 1]", "from -3 to 2000");
        }

        foreach (Augmentation keeping in new[] { Augmentation.RandomCrop(reflect: true), Augmentation.Orientation() })
        {
            keeping.Apply(images, _generator).max().item<float>().Should().BeGreaterThan(1000);
        }
    }

    [Fact]
    public void Then_OfAnAugmentationThatGivesOtherRows_IsRefused()
    {
        Tensor images = Images(4, 1, 8, 8);
        Augmentation doubled = Augmentation.Custom((batch, _) => cat([batch, batch])), none = Augmentation.Custom((_, _) => null!);
        doubled.Then(Augmentation.Orientation()).Invoking(
            a => a.Apply(images, _generator)).Should().Throw<InvalidOperationException>().WithMessage("*4 examples*[8, 1, 8, 8]*");
        none.Then(Augmentation.Orientation()).Invoking(
            a => a.Apply(images, _generator)).Should().Throw<InvalidOperationException>().WithMessage("*got null*");
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        FluentActions.Invoking(() => Augmentation.RandomCrop(padding: -1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Augmentation.RandomCrop(fill: double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Augmentation.GaussianBlur(probability: double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Augmentation.GaussianBlur(minSigma: 0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(
            () => Augmentation.GaussianBlur(minSigma: 3)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("maxSigma");
        FluentActions.Invoking(() => Augmentation.Solarization(threshold: 2)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Augmentation.Orientation(mirror: 2)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Augmentation.RandomCrop().Then(null!)).Should().Throw<ArgumentNullException>();
    }

    private Tensor Images(params long[] shape) => rand(shape, generator: _generator) * 2 - 1;
}
