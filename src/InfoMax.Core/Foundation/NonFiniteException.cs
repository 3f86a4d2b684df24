namespace InfoMax.Foundation;

/// <summary>An argument holds NaN or infinite values: of its own type so that a training loop can tell it from a mistake of the caller.</summary>
internal sealed class NonFiniteException(string message, string? argument) : ArgumentException(message, argument);
