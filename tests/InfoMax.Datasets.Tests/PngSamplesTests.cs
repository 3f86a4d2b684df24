namespace InfoMax.Datasets.Tests;

public sealed class PngSamplesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void Read_DepthKept_GivesEverySample(int channels, bool interlace)
    {
        const int Side = 13;
        ushort[] samples = Noise(Side * Side * channels);
        var options = new ImageFolderOptions { Size = Side, Depth = DepthPolicy.Keep, Background = 255 };
        using ImageSet set = Read(MakePng.Deep(Side, channels, samples, interlace), options);
        set.Images.dtype.Should().Be(TorchSharp.torch.float32);
        float[] pixels = set.Images.data<float>().ToArray();
        for (int p = 0; p < Side * Side; p++)
        {
            for (int c = 0; c < 3; c++)
            {
                double alpha = channels % 2 == 0 ? samples[(p * channels) + channels - 1] / 65535.0 : 1;
                double color = samples[(p * channels) + (channels <= 2 ? 0 : c)] / 65535.0;
                ((double)pixels[(c * Side * Side) + p]).Should().BeApproximately((2 * ((color * alpha) + 1 - alpha)) - 1, 1e-6);
            }
        }
    }

    [Fact]
    public void Read_TwelveBits_FillTheRangeByMaxSample()
    {
        byte[] png = MakePng.Deep(4, 1, [0, 1, 2, 4095, 2048, 4095, 0, 0, 0, 0, 0, 0, 4095, 4095, 4095, 4095]);
        var options = new ImageFolderOptions { Size = 4, Channels = 1, Depth = DepthPolicy.Keep, MaxSample = 4095 };
        using ImageSet set = Read(png, options);
        float[] pixels = set.Images.data<float>().ToArray();
        pixels[..4].Should().Equal(-1f, (float)(2.0 / 4095) - 1, (float)(4.0 / 4095) - 1, 1f);
        set.Losses.Should().BeEmpty();
        // A set of floats is resized and handed on without rounding to bytes.
        using ImageSet half = set.Resize(2);
        half.Images.data<float>().ToArray()[1].Should().BeApproximately((float)(((2.0 + 4095) / 4 * 2 / 4095) - 1), 1e-6f);
        using var source = set.ToSource();
        using TorchSharp.torch.Tensor batch = source.GetBatch([0]), lazy = ImageFolderSource.Open(_folder.Path, options).GetBatch([0]);
        batch.data<float>().ToArray().Should().Equal(pixels);
        lazy.data<float>().ToArray().Should().Equal(pixels);
        Fails(png, options with { MaxSample = 4094 }).Should().Contain("found a sample of 4095, above MaxSample = 4094");
        Fails(Make.Encode(Make.FourQuarters()), options).Should().Contain("expected 16 bits per sample, since MaxSample is 4095, found 8");
    }

    [Fact]
    public void Read_DepthNotAskedFor_IsRefusedOrReducedAndListed()
    {
        byte[] png = MakePng.Deep(2, 1, [0, 4095, 65535, 257]);
        Fails(png, new ImageFolderOptions { Size = 2 })
            .Should().Contain("expected 8 bits per sample, found 16, of which 8 would be lost").And.Contain("ImageFolderOptions.Depth");
        using ImageSet skipped = ReadBesides(png, new ImageFolderOptions { Size = 2, OnBadFile = BadFilePolicy.Skip });
        skipped.Skipped.Should().ContainSingle().Which.Name.Should().Be("one.png");
        using ImageSet set = Read(png, new ImageFolderOptions { Size = 2, Channels = 1, Depth = DepthPolicy.Reduce });
        set.Images.bytes.ToArray().Should().Equal(0, 16, 255, 1);
        set.Losses.Should().ContainSingle().Which.Reason.Should().Be("16 bits per sample were reduced to 8.");
    }

    [Fact]
    public void Read_EightBitsWithDepthKept_IsTheBytesScaled()
    {
        byte[] png = Make.Encode(Make.FourQuarters());
        var options = new ImageFolderOptions { Size = 16 };
        using ImageSet bytes = Read(png, options), floats = Read(png, options with { Depth = DepthPolicy.Keep });
        using var source = bytes.ToSource();
        using TorchSharp.torch.Tensor scaled = source.GetBatch([0]);
        scaled.sub(floats.Images).abs().max().item<float>().Should().BeLessThan(2e-7f);
    }

    [Fact]
    public void Read_ClearSamples_LieOnTheBackground()
    {
        var options = new ImageFolderOptions { Size = 2, Depth = DepthPolicy.Reduce, Background = 200 };
        using ImageSet set = Read(MakePng.Deep(2, 3, [1, 2, 3, 1, 2, 4, 9, 9, 9, 1, 2, 3], clear: [1, 2, 3]), options);
        set.Images.bytes.ToArray()[..4].Should().Equal(200, 0, 0, 200);
        set.Losses.Should().ContainSingle().Which.Reason
            .Should().Be("16 bits per sample were reduced to 8; transparent pixels were laid on gray 200.");
    }

    [Fact]
    public void Read_DamagedOrCut_Fails()
    {
        byte[] whole = MakePng.Deep(9, 3, Noise(9 * 9 * 3), interlace: true);
        var options = new ImageFolderOptions { Size = 4, Depth = DepthPolicy.Keep };
        Fuzz.EveryCutFails(whole, Enumerable.Range(0, whole.Length), bytes => Read(bytes, options).Dispose());
        Fuzz.OnlyDatasetExceptions(whole, 200, bytes => Read(bytes, options).Dispose());
    }

    [Fact]
    public void Depth_OutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { Depth = (DepthPolicy)9 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { MaxSample = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { MaxSample = 65536 });
    }

    private static ushort[] Noise(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => (ushort)random.Next(65536))];
    }

    private ImageSet Read(byte[] file, ImageFolderOptions options)
    {
        _folder.Write("one.png", file);
        return ImageFolder.Read(_folder.Path, options);
    }

    private ImageSet ReadBesides(byte[] file, ImageFolderOptions options)
    {
        _folder.Write("two.png", Make.Encode(Make.FourQuarters()));
        ImageSet set = Read(file, options);
        File.Delete(_folder["two.png"]);
        return set;
    }

    private string Fails(byte[] file, ImageFolderOptions options) => Assert.Throws<DatasetException>(() => Read(file, options)).Message;
}
