using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;
using InfoMax.Foundation;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Measures;

/// <summary>
/// The decoder of the paper's reconstruction measure: from a code to an image with pixels in (−1, 1). A linear layer to a small
/// map; transposed convolutions with kernel 4 and step 2, each of which doubles the map; batch normalization and ReLU after each of
/// these; a convolution with kernel 3 to the channels of the image; tanh. No layer has a bias.
/// </summary>
/// <remarks>
/// <para>
/// For 32×32 images this is the published network: 512×4×4, 256×8×8, 128×16×16, 64×32×32, image. Other sizes follow the same rule:
/// the sides are halved while both are even and at least 8, so that the map starts with a shorter side of 4 to 7; a map has twice
/// the channels of the next larger one, from <c>width</c> at full size up to at most 8 times that. 28×28 starts from 256×7×7, 64×64
/// from 512×4×4.
/// </para>
/// <para>
/// Saved names: <c>linear</c> and <c>norm_0</c>; <c>upsample_k</c> and <c>norm_k</c> for the k-th doubling, from 1; <c>output</c>.
/// </para>
/// </remarks>
public sealed class ReconstructionDecoder : nn.Module<Tensor, Tensor>
{
    private const int GreatestFactor = 8;

    private readonly long[] _imageShape;
    private readonly long[] _startShape;
    private readonly List<(nn.Module<Tensor, Tensor> Layer, nn.Module<Tensor, Tensor> Norm)> _steps = [];
    private readonly nn.Module<Tensor, Tensor> _output;

    /// <summary>Builds a decoder.</summary>
    /// <param name="codeSize">Numbers in a code, 1 or more.</param>
    /// <param name="imageShape">
    /// Shape of an image, <c>[C, H, W]</c>; the sides are 4 to 7 (the shorter one) times the same power of two, at least 8.
    /// </param>
    /// <param name="width">Channels of the largest map, 1 or more; 64 as published.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentException">A size is out of range, or the sides do not halve to 4 to 7 pixels.</exception>
    public ReconstructionDecoder(long codeSize, IReadOnlyList<long> imageShape, int width = 64, int? seed = null)
        : base(NativeBackend.Checked(nameof(ReconstructionDecoder)))
    {
        ArgumentNullException.ThrowIfNull(imageShape);
        ArgumentOutOfRangeException.ThrowIfLessThan(codeSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        int doublings = Doublings(imageShape, nameof(imageShape));
        long Channels(int doublingsLeft) => (long)width * Math.Min(GreatestFactor, 1L << Math.Min(doublingsLeft, 10));
        (CodeSize, _imageShape) = (codeSize, [.. imageShape]);
        _startShape = [Channels(doublings), imageShape[1] >> doublings, imageShape[2] >> doublings];
        long startSize = _startShape.Aggregate((product, size) => product * size);
        Add("linear", nn.Linear(codeSize, startSize, hasBias: false), nn.BatchNorm1d(startSize));
        for (int left = doublings; left > 0; left--)
        {
            Add(
                $"upsample_{doublings - left + 1}", nn.ConvTranspose2d(
                    Channels(left), Channels(left - 1), 4, 2, 1, bias: false), nn.BatchNorm2d(Channels(left - 1)));
        }

        _output = nn.Conv2d(Channels(0), imageShape[0], 3, 1, 1, bias: false);
        register_module("output", _output);
        Initialization.Reset(this, RandomStream.Of(seed, "reconstruction decoder"));
    }

    /// <summary>Numbers in a code, F.</summary>
    public long CodeSize { get; }

    /// <summary>Shape of an image, <c>[C, H, W]</c>.</summary>
    public IReadOnlyList<long> ImageShape => _imageShape;

    /// <summary>Shape of the map that the linear layer makes, <c>[channels, height, width]</c>.</summary>
    public IReadOnlyList<long> StartShape => _startShape;

    /// <summary>Decodes. Use <c>call(codes)</c>, which also runs hooks.</summary>
    /// <param name="codes">Codes <c>[N, F]</c> of the decoder's dtype and device; more than one of them in training mode.</param>
    /// <returns>Images <c>[N, C, H, W]</c> in (−1, 1); they belong to the caller, or to the dispose scope open at the call.</returns>
    /// <exception cref="ArgumentException">The codes have another shape.</exception>
    public override Tensor forward(Tensor codes)
    {
        TensorGuard.NotDisposed(codes);
        TensorGuard.HasShape(codes, [-1, CodeSize]);
        using var scope = NewDisposeScope();
        Tensor map = codes;
        foreach ((nn.Module<Tensor, Tensor> layer, nn.Module<Tensor, Tensor> norm) in _steps)
        {
            map = nn.functional.relu(norm.call(layer.call(map)));
            if (map.dim() == 2)
            {
                map = map.view([-1, .. _startShape]);
            }
        }

        return scope.MoveToOuter(_output.call(map).tanh());
    }

    /// <summary>
    /// What the decoder makes of the codes of given inputs, for pictures: both run in evaluation mode and without gradients, and
    /// are afterwards in the modes they were in.
    /// </summary>
    /// <param name="encoder">The encoder that the decoder was trained for.</param>
    /// <param name="inputs">Images, at least one.</param>
    /// <param name="feature">
    /// The feature that the decoder was trained on, as in <see cref="EncoderOutput.Features"/>. Default "global".
    /// </param>
    /// <param name="cancellationToken">Looked at before each batch.</param>
    /// <returns>
    /// Images <c>[inputs.Count, C, H, W]</c>, float32 on the CPU; they belong to the caller, or to the dispose scope open at the
    /// call.
    /// </returns>
    /// <exception cref="ArgumentException">The encoder gives no such feature, or one of another size.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public Tensor Reconstruct(
        Encoder encoder, IBatchSource inputs, string feature = EncoderOutput.GlobalFeature, CancellationToken cancellationToken = default)
    {
        using FeatureSet codes = new FeatureExtractor().Extract(encoder, inputs, feature, cancellationToken);
        return Decode(codes, cancellationToken);
    }

    /// <summary>What the decoder makes of extracted codes, in evaluation mode and without gradients.</summary>
    /// <param name="codes">Codes, one row for each image.</param>
    /// <param name="cancellationToken">Looked at before each batch.</param>
    /// <returns>
    /// Images <c>[codes.Count, C, H, W]</c>, float32 on the CPU; they belong to the caller, or to the dispose scope open at the
    /// call.
    /// </returns>
    /// <exception cref="ArgumentException">The codes have another size.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public Tensor Decode(FeatureSet codes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(codes);
        codes.CheckUsable();
        if (codes.FeatureCount != CodeSize)
        {
            throw new ArgumentException($"Expected codes of {CodeSize} numbers, got {codes.FeatureCount} ({codes.Name}).", nameof(codes));
        }

        Tensor like = parameters().First();
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var modes = new ModuleModes(this);
        eval();
        Tensor images = empty([codes.Count, .. _imageShape], ScalarType.Float32);
        for (int start = 0; start < codes.Count; start += 256)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var batch = NewDisposeScope();
            long count = Math.Min(256, codes.Count - start);
            images.narrow(0, start, count).copy_(call(codes.Values.narrow(0, start, count).to(like.dtype, like.device)));
        }

        return scope.MoveToOuter(images);
    }

    /// <summary>How often the sides are doubled; throws for images that this decoder cannot make.</summary>
    internal static int Doublings(IReadOnlyList<long> imageShape, string name)
    {
        string shape = $"[{string.Join(", ", imageShape)}]";
        if (imageShape.Count != 3 || imageShape.Any(size => size < 1))
        {
            throw new ArgumentException($"Expected images [C, H, W] of known size, got {shape}.", name);
        }

        (long h, long w) = (imageShape[1], imageShape[2]);
        int doublings = 0;
        while (h % 2 == 0 && w % 2 == 0 && Math.Min(h, w) >= 8)
        {
            (h, w) = (h / 2, w / 2);
            doublings++;
        }

        return doublings > 0 && Math.Min(h, w) is >= 4 and <= 7
            ? doublings
            : throw new ArgumentException(
                "Expected images whose shorter side is 4 to 7 times a power of two, at least 8, and whose other side has " +
                $"the same power of two (28, 32, 48, 64, 96, …), got {shape}: resize them.",
                name);
    }

    private void Add(string name, nn.Module<Tensor, Tensor> layer, nn.Module<Tensor, Tensor> norm)
    {
        register_module(name, layer);
        register_module($"norm_{_steps.Count}", norm);
        _steps.Add((layer, norm));
    }
}
