// What several ranks cost and gain. Started by mpirun:
//
//   Scaling collective [MISHAP]   does every operation and checks its result; MISHAP has rank 1 fail in some way
//   Scaling parts                 times the operations

using Ddpo.Audio;
using Ddpo.Audio.Scaling;

try
{
    await using var collective = Collective.FromEnvironment();
    switch (args)
    {
        case ["collective"]:
            await CollectiveCheck.RunAsync(collective, mishap: null);
            return 0;
        case ["collective", var mishap]:
            await CollectiveCheck.RunAsync(collective, mishap);
            return 0;
        case ["parts"]:
            await Parts.RunAsync(collective);
            return 0;
        default:
            Console.Error.WriteLine("Expected collective or parts; see Program.cs.");
            return 2;
    }
}
catch (CollectiveException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
