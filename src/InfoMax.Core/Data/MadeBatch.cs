using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>An entry of a plan of batches: to be made, made, or failed.</summary>
/// <param name="Number">Its place in the plan, from 0.</param>
/// <param name="Indices">The examples.</param>
/// <param name="Batch">The batch, in no dispose scope; null until it is made.</param>
/// <param name="Fault">The exception of the plan or the source.</param>
internal sealed record MadeBatch(long Number, int[] Indices, Tensor? Batch = null, ExceptionDispatchInfo? Fault = null);
