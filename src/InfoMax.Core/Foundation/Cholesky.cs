namespace InfoMax.Foundation;

/// <summary>The Cholesky factor of a small matrix in plain arrays.</summary>
internal static class Cholesky
{
    // A pivot this small, relative to its diagonal entry, is rounding.
    private const double Tolerance = 1e-13;

    /// <summary>The lower triangular L with L Lᵀ equal to rows and columns [start, start + size) of a symmetric matrix; null unless that is
    /// positive definite.</summary>
    public static double[,]? Factor(double[,] matrix, int start, int size)
    {
        var factor = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double rest = matrix[start + i, start + j];
                for (int k = 0; k < j; k++)
                {
                    rest -= factor[i, k] * factor[j, k];
                }

                if (i != j)
                {
                    factor[i, j] = rest / factor[j, j];
                }
                else if (rest > Tolerance * matrix[start + i, start + i])
                {
                    factor[i, i] = Math.Sqrt(rest);
                }
                else
                {
                    return null;
                }
            }
        }

        return factor;
    }

    /// <summary>The log determinant of L Lᵀ over the last rows of L, from <paramref name="start"/> on.</summary>
    public static double LogDeterminant(double[,] factor, int start = 0)
    {
        double sum = 0;
        for (int i = start; i < factor.GetLength(0); i++)
        {
            sum += 2 * Math.Log(factor[i, i]);
        }

        return sum;
    }
}
