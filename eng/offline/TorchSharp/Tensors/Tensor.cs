using System.ComponentModel;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor: a handle to a native one, owned by a dispose scope or by the caller.</summary>
    public partial class Tensor : IDisposable
    {
        private static long s_totalCount;
        private static long s_peakCount;
        private nint _handle;

        internal Tensor(nint handle)
        {
            _handle = handle;
            OwningScope = DisposeScopeManager.Register(this);
            var total = Interlocked.Increment(ref s_totalCount);
            if (total > Volatile.Read(ref s_peakCount))
                Interlocked.Exchange(ref s_peakCount, total);
        }

        ~Tensor() => Dispose(false);

        /// <summary>How many tensor objects are alive in the process.</summary>
        public static long TotalCount => Interlocked.Read(ref s_totalCount);

        /// <summary>The highest <see cref="TotalCount"/> so far.</summary>
        public static long PeakCount => Interlocked.Read(ref s_peakCount);

        /// <summary>The native tensor; throws when the object was disposed or gave its handle away.</summary>
        public IntPtr Handle => _handle != 0
            ? _handle
            : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        public bool IsInvalid => _handle == 0;

        internal DisposeScope? OwningScope { get; set; }

        public void Dispose()
        {
            if (_handle != 0)
                LeaveScope();
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle == 0)
                return;
            NativeMethods.shim_tensor_free(handle);
            Interlocked.Decrement(ref s_totalCount);
        }

        /// <summary>Makes this object invalid and hands its native tensor to the caller.</summary>
        public IntPtr DecoupleFromNativeHandle()
        {
            GC.SuppressFinalize(this);
            if (_handle != 0)
                LeaveScope();
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle != 0)
                Interlocked.Decrement(ref s_totalCount);
            return handle;
        }

        public static Tensor UnsafeCreateTensor(IntPtr handle) => new(handle);

        public Tensor MoveToOuterDisposeScope()
        {
            if (OwningScope is { } scope)
                MoveTo(scope.Outer);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            MoveTo(null);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            MoveTo(other);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningScope);

        [EditorBrowsable(EditorBrowsableState.Never)]
        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        [EditorBrowsable(EditorBrowsableState.Never)]
        public bool Equals(Tensor target) => Aten.CallBool("equal", this, target);

        public override int GetHashCode() => base.GetHashCode();

        private void LeaveScope()
        {
            DisposeScopeManager.Statistics.TensorStatistics.Disposed(inScope: OwningScope is not null);
            OwningScope?.Forget(this);
            OwningScope = null;
        }

        internal void MoveTo(DisposeScope? scope)
        {
            if (scope == OwningScope)
                return;
            DisposeScopeManager.Statistics.TensorStatistics.Moved(OwningScope is not null, scope is not null);
            OwningScope?.Forget(this);
            OwningScope = scope;
            scope?.Add(this);
        }
    }
}
