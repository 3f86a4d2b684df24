using InfoMax.Data;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Data;

public sealed class ImageAugmentationTests
{
    private static ImageAugmentation With(
        double minArea = 1, double maxAspect = 1, double mirror = 0, double hue = 0, double grayscale = 0) =>
        new() { MinArea = minArea, MaxAspect = maxAspect, Mirror = mirror, Jitter = 0, Hue = hue, Grayscale = grayscale };

    [Fact]
    public void Apply_WithEverythingOff_GivesTheImages()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor images = rand(3, 3, 8, 8) * 2 - 1;
        (With().Apply(images, generator) - images).abs().max().item<float>().Should().BeLessThan(1e-5f);
    }

    [Fact]
    public void Apply_MirrorAlone_GivesMirrorImages()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor images = rand(3, 1, 6, 8) * 2 - 1;
        With(mirror: 1).Apply(images, generator).sub(images.flip(3)).abs().max().item<float>().Should().BeLessThan(1e-5f);
    }

    [Fact]
    public void Apply_GrayscaleAlone_MakesChannelsEqualAndKeepsLuma()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor images = rand(3, 3, 4, 4) * 2 - 1;
        Tensor gray = With(grayscale: 1).Apply(images, generator);
        (gray[.., 0] - gray[.., 2]).abs().max().item<float>().Should().BeLessThan(1e-5f);
        Tensor luma = images[.., 0] * 0.299 + images[.., 1] * 0.587 + images[.., 2] * 0.114;
        (gray[.., 1] - luma).abs().max().item<float>().Should().BeLessThan(1e-5f);
    }

    [Theory]
    [InlineData(1, 0, 0, 1.0 / 3, 0, 1, 0)] // red to green
    [InlineData(1, 0, 0, -1.0 / 3, 0, 0, 1)] // red to blue
    [InlineData(0, 0, 1, 0.5, 1, 1, 0)] // blue to yellow
    [InlineData(0.5, 0.5, 0.5, 0.2, 0.5, 0.5, 0.5)] // gray has no hue
    [InlineData(0, 0, 0, 0.4, 0, 0, 0)]
    [InlineData(0.2, 0.4, 0.8, 0.1, 0.36, 0.2, 0.8)]
    [InlineData(0.2, 0.4, 0.8, -0.3, 0.28, 0.8, 0.2)]
    [InlineData(0.9, 0.3, 0.6, 0.25, 0.9, 0.9, 0.3)]
    [InlineData(0.3, 0.7, 0.1, 1.0, 0.3, 0.7, 0.1)]
    public void Hue_Turned_IsThatOfTheHexcone(
        double red, double green, double blue, double turns, double newRed, double newGreen, double newBlue)
    {
        using var scope = NewDisposeScope();
        Tensor turned = HueRotation.Apply(tensor(new[] { red, green, blue }).view(1, 3, 1, 1), tensor(turns).view(1, 1, 1, 1)).view(3);
        turned.sub(tensor(new[] { newRed, newGreen, newBlue })).abs().max().item<double>().Should().BeLessThan(
            1e-12, $"{string.Join(", ", turned.data<double>())}");
    }

    [Fact]
    public void Apply_HueAlone_TurnsEachImageByItsOwnAndKeepsLargestAndSmallest()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor images = (rand(1, 3, 4, 4) * 2 - 1).expand(64, 3, 4, 4).contiguous();
        Tensor turned = With(hue: 0.1).Apply(images, generator);
        turned.amax([1]).sub(images.amax([1])).abs().max().item<float>().Should().BeLessThan(1e-5f);
        turned.amin([1]).sub(images.amin([1])).abs().max().item<float>().Should().BeLessThan(1e-5f);
        turned.std(0).mean().item<float>().Should().BeGreaterThan(0.01f, "each example has a turn of its own");
        // A tenth of the circle is 0.6 of a sixth, in which one channel goes from the smallest value to the largest.
        turned.sub(images).abs().sub(
            images.amax([1], keepdim: true).sub(images.amin([1], keepdim: true)).mul(0.6)).max().item<float>().Should().BeLessThan(1e-4f);
        Tensor gray = rand(2, 1, 4, 4) * 2 - 1;
        With(hue: 0.5).Apply(gray, generator).sub(gray).abs().max().item<float>().Should().BeLessThan(1e-5f, "one channel has no hue");
    }

    [Fact]
    public void Apply_CropAlone_ShowsAPartOfTheImageInItsOrder()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        // A ramp from left to right: a crop of it is a ramp that rises more slowly, within the same range.
        Tensor images = linspace(-1, 1, 32).view(1, 1, 1, 32).expand(64, 1, 32, 32).contiguous();
        Tensor crops = With(minArea: 0.25, maxAspect: 1.5).Apply(images, generator);
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
        Tensor first = new ImageAugmentation().Apply(images, a), second = new ImageAugmentation().Apply(
            images, b), third = new ImageAugmentation().Apply(images, b);
        first.Equals(second).Should().BeTrue();
        first.Equals(third).Should().BeFalse();
        images.Equals(before).Should().BeTrue();
        (first.min().item<float>() >= -1.0001f && first.max().item<float>() <= 1.0001f).Should().BeTrue();
        LiveTensors.ShouldNotGrow(3, () => new ImageAugmentation().Apply(images, a).Dispose());
        Tensor same = Augmentation.Custom((batch, _) => batch).Apply(images, a);
        same.Should().NotBeSameAs(images);
    }

    [Fact]
    public void Apply_StandardizedPixels_AreRefusedIfColorsChangeAndKeptOtherwise()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor images = linspace(-2.1, 2.6, 2 * 3 * 8 * 8).view(2, 3, 8, 8);
        foreach (ImageAugmentation recolors in new[] { new ImageAugmentation(), With(grayscale: 0.1), With(hue: 0.1) })
        {
            Expect.ArgumentFault(() => recolors.Apply(images, generator), "batch", "[−1, 1]", "from -2.1 to 2.6");
        }

        Expect.ArgumentFault(() => new ImageAugmentation().Apply(full([1, 3, 4, 4], 2000.0), generator), "batch", "from 2000 to 2000");
        Expect.ArgumentFault(() => new ImageAugmentation().Apply(full([1, 3, 4, 4], double.NaN), generator), "batch", "[−1, 1]");
        With().Apply(images, generator).sub(images).abs().max().item<float>().Should().BeLessThan(1e-5f);
        With(hue: 0.1).Apply(images[.., ..1], generator).max().item<float>().Should().BeGreaterThan(1, "one channel has no hue to turn");
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        FluentActions.Invoking(() => With(minArea: 0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => With(hue: 0.6)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*[0, 0.5]*0.6*");
    }
}
