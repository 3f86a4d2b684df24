using static TorchSharp.torch;

namespace InfoMax.Baselines;

/// <summary>
/// The assignment of columns to rows with the least sum of costs, exactly, by shortest augmenting paths with potentials: n³ steps (Jonker
/// and Volgenant, 1987).
/// </summary>
internal static class LinearAssignment
{
    /// <summary>Solves.</summary>
    /// <param name="cost">Costs <c>[n, n]</c>, float64 on the CPU, finite.</param>
    /// <returns>The column of each row.</returns>
    public static int[] Solve(Tensor cost)
    {
        int n = (int)cost.shape[0];
        double[] costs = cost.contiguous().data<double>().ToArray();
        double[] rowPotential = new double[n], columnPotential = new double[n];
        int[] rowOf = new int[n];
        Array.Fill(rowOf, -1);
        for (int row = 0; row < n; row++)
        {
            Augment(row, n, costs, rowPotential, columnPotential, rowOf);
        }

        int[] columnOf = new int[n];
        for (int column = 0; column < n; column++)
        {
            columnOf[rowOf[column]] = column;
        }

        return columnOf;
    }

    /// <summary>Finds the cheapest alternating path from a free row to a free column, and changes the assignment along it.</summary>
    private static void Augment(int row, int n, double[] costs, double[] rowPotential, double[] columnPotential, int[] rowOf)
    {
        double[] distance = new double[n];
        Array.Fill(distance, double.PositiveInfinity);
        int[] cameFrom = new int[n];
        Array.Fill(cameFrom, -1);
        bool[] done = new bool[n];
        int current = row, column = -1;
        double reached = 0;
        var tree = new List<(int Row, double Distance)> { (row, 0) };
        while (true)
        {
            int nearest = -1;
            for (int j = 0; j < n; j++)
            {
                if (done[j])
                {
                    continue;
                }

                double through = reached + costs[(current * n) + j] - rowPotential[current] - columnPotential[j];
                if (through < distance[j])
                {
                    (distance[j], cameFrom[j]) = (through, column);
                }

                if (nearest < 0 || distance[j] < distance[nearest])
                {
                    nearest = j;
                }
            }

            (column, reached) = (nearest, distance[nearest]);
            if (rowOf[column] < 0)
            {
                break;
            }

            done[column] = true;
            current = rowOf[column];
            tree.Add((current, reached));
        }

        foreach ((int treeRow, double at) in tree)
        {
            rowPotential[treeRow] += reached - at;
        }

        for (int j = 0; j < n; j++)
        {
            if (done[j])
            {
                columnPotential[j] -= reached - distance[j];
            }
        }

        while (column >= 0)
        {
            int before = cameFrom[column];
            rowOf[column] = before < 0 ? row : rowOf[before];
            column = before;
        }
    }
}
