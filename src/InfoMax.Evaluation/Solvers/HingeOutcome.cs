
namespace InfoMax.Evaluation.Solvers;

/// <summary>Where the machine of one class ended.</summary>
/// <param name="Objective">The objective there.</param>
/// <param name="Iterations">Passes and steps used.</param>
/// <param name="Converged">Whether the tolerance was reached.</param>
internal readonly record struct HingeOutcome(double Objective, int Iterations, bool Converged);
