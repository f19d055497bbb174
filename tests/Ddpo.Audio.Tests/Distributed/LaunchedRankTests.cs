using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Tests.Distributed;

public sealed class LaunchedRankTests
{
    [Fact]
    public void A_process_that_nobody_launched_is_by_itself()
    {
        Assert.Null(Find());
        Assert.Null(Find("OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_MCA_rmaps_base_oversubscribe=1")); // a user's, wherever they are
        Assert.Null(Find("SLURM_PROCID=0", "SLURM_NTASKS=4")); // a batch script, outside of srun
        Assert.Null(Find("SLURM_STEP_NUM_TASKS=1"));
    }

    [Fact]
    public void Launchers_say_rank_size_and_family()
    {
        Assert.Equal(
            new(MpiFamily.OpenMpi, "Open MPI's mpirun", 3, 4, 1),
            Find("OMPI_COMM_WORLD_RANK=3", "OMPI_COMM_WORLD_SIZE=4", "OMPI_COMM_WORLD_LOCAL_RANK=1", "PMIX_RANK=3"));
        Assert.Equal(new(MpiFamily.Mpich, "MPICH's mpiexec", 1, 2, 1), Find("PMI_RANK=1", "PMI_SIZE=2", "MPI_LOCALRANKID=1", "OMPI_ALLOW_RUN_AS_ROOT=1"));
        Assert.Equal(
            new(MpiFamily.Mpich, "srun --mpi=pmi2", 1, 2, 0), Find("PMI_RANK=1", "PMI_SIZE=2", "SLURM_STEP_NUM_TASKS=2", "SLURM_LOCALID=0"));
        Assert.Equal(new(MpiFamily.OpenMpi, "srun --mpi=pmix", 5, 8, 2), Find("PMIX_RANK=5", "SLURM_STEP_NUM_TASKS=8", "SLURM_LOCALID=2"));
    }

    [Fact]
    public void Processes_that_cannot_find_each_other_are_told_how()
    {
        var error = Assert.Throws<CollectiveException>(() => Find("SLURM_STEP_NUM_TASKS=2", "SLURM_PROCID=0"));
        Assert.Contains("srun --mpi=pmix", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 3, null, 2)]
    [InlineData(2, 3, "0,1", 0)]
    [InlineData(2, 3, "7", 0)] // the launcher shows each rank a device of its own
    [InlineData(2, 1, null, 0)] // as the only process
    public void Cuda_alone_is_the_device_of_the_rank(int local, int size, string? visible, int device)
    {
        var launched = new LaunchedRank(MpiFamily.OpenMpi, "", local, size, local);
        Assert.Equal(device, ComputeDevice.OwnOf(launched, visible));
        Assert.Equal(0, ComputeDevice.OwnOf(null, null));
    }

    private static LaunchedRank? Find(params string[] variables)
    {
        var values = variables.Select(variable => variable.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        return LaunchedRank.Find(name => values.GetValueOrDefault(name));
    }
}
