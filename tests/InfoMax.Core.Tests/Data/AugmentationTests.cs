using InfoMax.Core.Tests.Support;
using InfoMax.Data;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Data;

public sealed class AugmentationTests
{
    private static readonly ImageAugmentation Nothing = new() { LeastArea = 1, MostAspect = 1, Mirror = 0, Jitter = 0, Greyscale = 0 };

    [Fact]
    public void Apply_WithEverythingOff_GivesTheImages()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor images = rand(3, 3, 8, 8) * 2 - 1;
        (Nothing.Apply(images, generator) - images).abs().max().item<float>().Should().BeLessThan(1e-5f);
    }

    [Fact]
    public void Apply_MirrorAlone_GivesMirrorImages()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor images = rand(3, 1, 6, 8) * 2 - 1;
        (Nothing with { Mirror = 1 }).Apply(images, generator).sub(images.flip(3)).abs().max().item<float>().Should().BeLessThan(1e-5f);
    }

    [Fact]
    public void Apply_GreyscaleAlone_MakesChannelsEqualAndKeepsLuma()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor images = rand(3, 3, 4, 4) * 2 - 1;
        Tensor grey = (Nothing with { Greyscale = 1 }).Apply(images, generator);
        (grey[.., 0] - grey[.., 2]).abs().max().item<float>().Should().BeLessThan(1e-5f);
        Tensor luma = images[.., 0] * 0.299 + images[.., 1] * 0.587 + images[.., 2] * 0.114;
        (grey[.., 1] - luma).abs().max().item<float>().Should().BeLessThan(1e-5f);
    }

    [Fact]
    public void Apply_CropAlone_ShowsAPartOfTheImageInItsOrder()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        // A ramp from left to right: a crop of it is a ramp that rises more slowly, within the same range.
        Tensor images = linspace(-1, 1, 32).view(1, 1, 1, 32).expand(64, 1, 32, 32).contiguous();
        Tensor crops = (Nothing with { LeastArea = 0.25, MostAspect = 1.5 }).Apply(images, generator);
        Tensor rise = crops[.., .., .., 31] - crops[.., .., .., 0];
        rise.min().item<float>().Should().BeGreaterThan(0.7f, "a side is at least √(0.25 / 1.5) of the image's");
        rise.max().item<float>().Should().BeLessThan(2.01f);
        rise.std().item<float>().Should().BeGreaterThan(0.1f, "each example has a crop of its own");
        crops.diff(1, 3).min().item<float>().Should().BeGreaterThan(-1e-5f);
    }

    [Fact]
    public void Apply_SameSeed_GivesTheSameImagesInRangeAndLeavesTheArgument()
    {
        using var scope = NewDisposeScope();
        using Generator a = new(5), b = new(5);
        Tensor images = rand(4, 3, 8, 8) * 2 - 1, before = images.clone();
        Tensor first = new ImageAugmentation().Apply(images, a), second = new ImageAugmentation().Apply(images, b), third = new ImageAugmentation().Apply(images, b);
        first.Equals(second).Should().BeTrue();
        first.Equals(third).Should().BeFalse();
        images.Equals(before).Should().BeTrue();
        (first.min().item<float>() >= -1.0001f && first.max().item<float>() <= 1.0001f).Should().BeTrue();
        LiveTensors.ShouldNotGrow(3, () => new ImageAugmentation().Apply(images, a).Dispose());
        Tensor same = Augmentation.Custom((batch, _) => batch).Apply(images, a);
        same.Should().NotBeSameAs(images);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        FluentActions.Invoking(() => Nothing with { LeastArea = 0 }).Should().Throw<ArgumentOutOfRangeException>();
    }
}
