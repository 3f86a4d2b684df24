using static TorchSharp.torch;

namespace InfoMax.Datasets;

/// <summary>Resizing of images that are already in a tensor.</summary>
internal static class ImageResizing
{
    private const long ChunkValues = 1 << 24;

    /// <summary>Resizes uint8 images <c>[N, C, H, W]</c> to a square, some at a time so that the floating-point copies stay small.</summary>
    public static Tensor Resize(Tensor images, int size)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        long[] shape = images.shape;
        Tensor resized = empty([shape[0], shape[1], size, size], ScalarType.Byte);
        long perImage = shape[1] * Math.Max(shape[2] * shape[3], (long)size * size);
        long rows = Math.Max(1, ChunkValues / perImage);
        for (long start = 0; start < shape[0]; start += rows)
        {
            using var chunk = NewDisposeScope();
            long length = Math.Min(rows, shape[0] - start);
            Tensor part = images.narrow(0, start, length).to(ScalarType.Float32);
            part = Along(Along(part, size, part.shape[3]), size, size);
            resized.narrow(0, start, length).copy_(part.round_().clamp_(0, 255));
        }

        return scope.MoveToOuter(resized);
    }

    // One side at a time, since one may shrink and the other grow.
    private static Tensor Along(Tensor images, long height, long width)
    {
        bool shrinks = height < images.shape[2] || width < images.shape[3];
        return shrinks
            ? nn.functional.interpolate(images, [height, width], mode: InterpolationMode.Area)
            : nn.functional.interpolate(images, [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
    }
}
