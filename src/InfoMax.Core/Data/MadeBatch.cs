using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>An entry of a plan of batches: to be made, made, or what went wrong.</summary>
/// <param name="Number">Its place in the plan, from 0.</param>
/// <param name="Indices">The examples.</param>
/// <param name="Batch">The batch, in no dispose scope; null until it is made.</param>
/// <param name="Fault">What the plan or the source threw.</param>
internal sealed record MadeBatch(long Number, int[] Indices, Tensor? Batch = null, ExceptionDispatchInfo? Fault = null);
