using static TorchSharp.torch;

namespace InfoMax.Encoders.Attention;

/// <summary>
/// Fixed positional embeddings: sines and cosines of each coordinate at wavelengths from 2π to 10000·2π (Vaswani et al., 2017), the width
/// shared among the dimensions.
/// </summary>
internal static class Waves
{
    /// <summary>
    /// Embeddings <c>[L, width]</c> of the positions of a grid, in row-major order; <paramref name="width"/> is a multiple of twice the
    /// dimensions.
    /// </summary>
    public static Tensor Of(long[] grid, long width, ScalarType dtype, Device device)
    {
        using var scope = NewDisposeScope();
        long half = width / (2 * grid.Length);
        Tensor rates = arange(half, dtype: ScalarType.Float64).mul(-Math.Log(10_000.0) / half).exp();
        var parts = new Tensor[grid.Length];
        for (int d = 0; d < grid.Length; d++)
        {
            Tensor angles = arange(grid[d], dtype: ScalarType.Float64).unsqueeze(1).mul(rates);
            long[] view = [.. Enumerable.Repeat(1L, grid.Length), 2 * half];
            view[d] = grid[d];
            parts[d] = cat([angles.sin(), angles.cos()], 1).view(view).expand([.. grid, 2 * half]);
        }

        return scope.MoveToOuter(cat(parts, -1).reshape(-1, width).to(dtype, device));
    }
}
