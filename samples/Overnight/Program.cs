using System.CommandLine;
using InfoMax.Samples.Overnight;
using InfoMax.Samples.Shared;

// dotnet run -c Release --project samples/Overnight -- --run my-run train on the satellite images of this repository; kill it, start it
// again: it goes on
// dotnet run -c Release --project samples/Overnight -- --run my-run --toy               the same in seconds, on made-up images
var run = new Option<string>("--run")
{ Description = "Folder of the run: its checkpoints. What is there is gone on from.", Required = true };
Option<int> epochs = new Option<int>("--epochs") { Description = "Passes over the images.", DefaultValueFactory = _ => 10 }.AtLeastOne();
Option<int> every = new Option<int>("--every") { Description = "Steps between checkpoints.", DefaultValueFactory = _ => 20 }.AtLeastOne();
Option<int> workers = new Option<int>("--workers")
{ Description = "Threads that make batches.", DefaultValueFactory = _ => 1 }.AtLeastOne();
var toy = new Option<bool>("--toy") { Description = "A run of seconds on made-up images, to see what happens when it is killed." };
var device = new Option<string>("--device") { Description = "Where to train: cpu or cuda.", DefaultValueFactory = _ => "cpu" };
device.AcceptOnlyFromAmong("cpu", "cuda");
var root = new RootCommand(
    "Trains an encoder that survives: however often it is killed and started again, it ends with the same weights, bit by bit (on the " +
    "CPU).") { run, epochs, every, workers, toy, device };
root.SetAction((parsed, cancellation) => Task.FromResult(SampleCommand.Run(() => new Run
{
    Folder = parsed.GetValue(run)!,
    Epochs = parsed.GetValue(epochs),
    CheckpointEvery = parsed.GetValue(every),
    Workers = parsed.GetValue(workers),
    Toy = parsed.GetValue(toy),
    Device = parsed.GetValue(device)!,
}.Train(cancellation))));
return await root.Parse(args).InvokeAsync();
