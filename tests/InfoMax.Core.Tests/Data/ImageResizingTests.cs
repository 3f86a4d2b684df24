using InfoMax.Data;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Data;

public sealed class ImageResizingTests
{
    [Theory]
    [InlineData(2, 30.0, 190.0)]
    [InlineData(1, 110.0)]
    [InlineData(3, 0.0, 90.0, 240.0)]
    [InlineData(6, 0.0, 22.5, 67.5, 127.5, 202.5, 240.0)]
    public void ResizeBatch_ARow_AveragesAreasOrInterpolates(int size, params double[] expected)
    {
        using var scope = NewDisposeScope();
        Tensor row = tensor(new float[] { 0, 90, 240 }).view(1, 1, 1, 3).expand(2, 3, 5, 3);
        Tensor resized = new ImageAugmentation { Size = size }.EvaluationView(row);
        resized.shape.Should().Equal(2, 3, size, size);
        float[] values = resized[1, 2, 0].data<float>().ToArray();
        values.Zip(expected, (value, wanted) => Math.Abs(value - wanted)).Max().Should().BeLessThan(1e-5);
    }

    [Theory]
    [InlineData(7, 11, 5)]
    [InlineData(7, 11, 9)]
    [InlineData(64, 64, 48)]
    [InlineData(3, 3, 2)]
    public void Resize_BytesFloatsAndBatches_AgreeWithTheAreaAverage(int height, int width, int size)
    {
        using var scope = NewDisposeScope();
        Tensor bytes = randint(0, 256, [3, 2, height, width], ScalarType.Byte, generator: new Generator(1));
        Tensor floats = bytes.to(ScalarType.Float32), batch = ImageResizing.ResizeBatch(floats, size);
        ImageResizing.Resize(floats, size).sub(batch).abs().max().item<float>().Should().BeLessThan(1e-4f);
        Tensor rounded = ImageResizing.Resize(bytes, size), error = rounded.to(ScalarType.Float32).sub(batch).abs();
        error.max().item<float>().Should().BeLessThanOrEqualTo(0.5001f);
        if (size <= Math.Min(height, width))
        {
            // On a grid of 1/size pixels both images are whole squares.
            Tensor fine = floats.repeat_interleave(size, dim: 2).repeat_interleave(size, dim: 3);
            Tensor areas = nn.functional.avg_pool2d(fine, [height, width]);
            batch.sub(areas).abs().max().item<float>().Should().BeLessThan(0.001f);
        }
    }

    [Fact]
    public void Resize_Halves_AreRoundedToTheEvenNumber()
    {
        using var scope = NewDisposeScope();
        Tensor images = tensor(new byte[] { 0, 1, 1, 2, 2, 3, 3, 4 }, [4, 1, 1, 2]);
        ImageResizing.Resize(images, 1).bytes.ToArray().Should().Equal(0, 2, 2, 4);
        // Thirds are not halves, and five sixths of a sum with a half are.
        Tensor six = tensor(new byte[] { 1, 2, 1, 2, 1, 2 }, [1, 1, 1, 6]);
        ImageResizing.Resize(six, 1).bytes.ToArray().Should().Equal(2);
    }

    [Fact]
    public void ResizeBatch_HalfPrecision_StaysOfItsType()
    {
        using var scope = NewDisposeScope();
        ImageResizing.ResizeBatch(ones([1, 1, 5, 5], ScalarType.BFloat16), 3).dtype.Should().Be(ScalarType.BFloat16);
        Tensor same = ones(1, 1, 3, 3);
        ImageResizing.ResizeBatch(same, 3).Equals(same).Should().BeTrue();
    }
}
