using static TorchSharp.torch;

namespace InfoMax.Evaluation.Solvers;

/// <summary>Newton steps of a machine's dual on the variables that are at no bound.</summary>
internal static class HingeNewton
{
    /// <summary>Of the Newton step at some lengths, cut off at the bounds, and up to the first bound: what gains most.</summary>
    /// <param name="products">Products of rows and 1 for the intercept, <c>[N, N]</c>, float64; only read.</param>
    /// <param name="free">Rows of the F variables that are at no bound.</param>
    /// <param name="signs">Their signs.</param>
    /// <param name="values">Their values.</param>
    /// <param name="gradients">The derivatives of the dual in them.</param>
    /// <param name="c">The upper bound.</param>
    /// <returns>
    /// What to add to the variables, or null if nothing is gained. One call at a time: it holds up to 2 F² numbers, and uses all
    /// cores.
    /// </returns>
    public static double[]? Step(Tensor products, int[] free, double[] signs, double[] values, double[] gradients, double c)
    {
        lock (products)
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            Tensor y = tensor(signs), alpha = tensor(values), gradient = tensor(gradients);
            if (Factor(products, tensor(free, ScalarType.Int64)) is not { } factor)
            {
                return null;
            }

            double Change(Tensor move)
            {
                Tensor image = factor.t().mv(y * move);
                return LimitedMemory.Dot(move, gradient) + (LimitedMemory.Dot(image, image) / 2);
            }

            Tensor newton = y * (-y * gradient).unsqueeze(1).cholesky_solve(factor).squeeze(1);
            double toBound = where(newton.gt(0), (c - alpha) / newton, -alpha / newton).min().item<double>();
            (double change, Tensor best) = (0, zeros_like(newton));
            double[] lengths = toBound >= 1 ? [1] : [1, 0.5, 0.25, 0.1, toBound];
            foreach (double length in lengths)
            {
                Tensor move = (alpha + (newton * length)).clamp_(0, c).sub_(alpha);
                double changed = Change(move);
                if (changed < change)
                {
                    (change, best) = (changed, move);
                }
            }

            return change < 0 ? best.data<double>().ToArray() : null;
        }
    }

    /// <summary>The Cholesky factor of the products of some rows, with no more on the diagonal than makes it positive.</summary>
    private static Tensor? Factor(Tensor products, Tensor index)
    {
        Tensor block = products.index(index.unsqueeze(1), index);
        double largest = block.diagonal().max().item<double>();
        for (double ridge = 1e-12; ridge <= 1e-6; ridge *= 100)
        {
            block.diagonal().add_(ridge * largest);
            (Tensor factor, Tensor failed) = linalg.cholesky_ex(block);
            if (failed.item<int>() == 0)
            {
                return factor;
            }

            factor.Dispose();
        }

        return null;
    }
}
