using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>
/// The one rule by which images change their size: see <see cref="AxisWeights"/>. Stored (gamma-coded) values are averaged as they are.
/// </summary>
/// <remarks>
/// Plain arithmetic in float64, with the same bits on every system. Bytes are rounded once, at the end, halves to the even number.
/// </remarks>
internal static class ImageResizing
{
    private const long ChunkValues = 1 << 24;

    /// <summary>Reads a row of an image: its channels pixel by pixel.</summary>
    public delegate void ReadRow(int row, Span<double> values);

    /// <summary>Takes a row of the resized image: sums, to be divided by the product of both totals.</summary>
    public delegate void WriteRow(int row, ReadOnlySpan<double> sums);

    /// <summary>Resizes one image.</summary>
    public static void Resize(int width, int channels, AxisWeights columns, AxisWeights rows, ReadRow read, WriteRow write)
    {
        double[] source = new double[width * channels], line = new double[columns.Count * channels], sums = new double[line.Length];
        int current = -1;
        for (int y = 0; y < rows.Count; y++)
        {
            Array.Clear(sums);
            (int first, double[] weights) = rows[y];
            for (int t = 0; t < weights.Length; t++)
            {
                if (weights[t] == 0)
                {
                    continue;
                }

                if (current != first + t)
                {
                    current = first + t;
                    read(current, source);
                    Along(source, channels, columns, line);
                }

                for (int i = 0; i < line.Length; i++)
                {
                    sums[i] += weights[t] * line[i];
                }
            }

            write(y, sums);
        }
    }

    /// <summary>A sum of bytes, divided and rounded.</summary>
    public static byte ToByte(double sum, double total) => (byte)Math.Clamp(Math.Round(sum / total, MidpointRounding.ToEven), 0, 255);

    /// <summary>Resizes images on the CPU to a square.</summary>
    /// <param name="images">Images <c>[N, C, H, W]</c>, uint8 or float32.</param>
    /// <param name="size">New height and width.</param>
    /// <returns>A tensor <c>[N, C, size, size]</c> of the dtype of the images, in the dispose scope at hand.</returns>
    public static Tensor Resize(Tensor images, int size)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        (long count, long channels, int height, int width) = (images.shape[0], images.shape[1], (int)images.shape[2], (int)images.shape[3]);
        AxisWeights columns = AxisWeights.Of(width, size), rows = AxisWeights.Of(height, size);
        Tensor resized = empty([count, channels, size, size], images.dtype);
        long step = Math.Max(1, ChunkValues / (channels * Math.Max((long)height * width, (long)size * size)));
        for (long start = 0; start < count; start += step)
        {
            using var chunk = NewDisposeScope();
            long length = Math.Min(step, count - start);
            Tensor part = images.narrow(0, start, length).contiguous(), target = resized.narrow(0, start, length);
            int planes = (int)(length * channels);
            if (images.dtype == ScalarType.Byte)
            {
                byte[] from = part.bytes.ToArray(), to = new byte[planes * size * size];
                Planes(planes, from, to, value => value, ToByte, columns, rows, width, height);
                to.CopyTo(target.bytes);
            }
            else
            {
                float[] from = part.data<float>().ToArray(), to = new float[planes * size * size];
                Planes(planes, from, to, value => value, (sum, total) => (float)(sum / total), columns, rows, width, height);
                target.copy_(tensor(to, target.shape));
            }
        }

        return scope.MoveToOuter(resized);
    }

    /// <summary>Resizes a batch on any device to a square, by products with the matrices of the weights.</summary>
    /// <param name="batch">Images <c>[N, C, H, W]</c> of floating point.</param>
    /// <param name="size">New height and width.</param>
    /// <returns>
    /// A tensor <c>[N, C, size, size]</c> of the dtype and on the device of the batch. In float64 on the CPU, else at least in float32.
    /// </returns>
    public static Tensor ResizeBatch(Tensor batch, int size)
    {
        (long height, long width) = (batch.shape[2], batch.shape[3]);
        if (height == size && width == size)
        {
            return batch.alias();
        }

        using var scope = NewDisposeScope();
        bool exact = batch.device_type == DeviceType.CPU || batch.dtype == ScalarType.Float64;
        ScalarType type = exact ? ScalarType.Float64 : ScalarType.Float32;
        Tensor values = batch.to(type);
        Tensor Weights(long length) => AxisWeights.Of(length, size).Matrix(length).to(type, batch.device);
        values = height == size ? values : Weights(height).matmul(values);
        values = width == size ? values : values.matmul(Weights(width).transpose(0, 1));
        return scope.MoveToOuter(values.to(batch.dtype));
    }

    private static void Along(double[] source, int channels, AxisWeights columns, double[] line)
    {
        for (int x = 0; x < columns.Count; x++)
        {
            (int first, double[] weights) = columns[x];
            for (int c = 0; c < channels; c++)
            {
                double sum = 0;
                for (int t = 0, at = (first * channels) + c; t < weights.Length; t++, at += channels)
                {
                    sum += weights[t] * source[at];
                }

                line[(x * channels) + c] = sum;
            }
        }
    }

    private static void Planes<T>(
        int count,
        T[] from,
        T[] to,
        Func<T, double> value,
        Func<double, double, T> result,
        AxisWeights columns,
        AxisWeights rows,
        int width,
        int height)
    {
        double total = columns.Total * rows.Total;
        Parallel.For(0, count, p => Resize(
            width,
            1,
            columns,
            rows,
            (row, values) =>
            {
                int first = ((p * height) + row) * width;
                for (int x = 0; x < width; x++)
                {
                    values[x] = value(from[first + x]);
                }
            },
            (row, sums) =>
            {
                int first = ((p * rows.Count) + row) * columns.Count;
                for (int x = 0; x < columns.Count; x++)
                {
                    to[first + x] = result(sums[x], total);
                }
            }));
    }
}
