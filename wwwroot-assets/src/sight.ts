// A browser tells an observer what it saw in an earlier frame even after the observer was disconnected and its element taken out of the page.
// Blazor's long lists then ask their component on the server, which is gone: an error for nothing. So what has left the page is not told.
window.IntersectionObserver = class extends IntersectionObserver {
  constructor(tell: IntersectionObserverCallback, options?: IntersectionObserverInit) {
    super((entries, observer) => {
      const here = entries.filter(entry => entry.target.isConnected);
      if (here.length > 0) tell(here, observer);
    }, options);
  }
};
