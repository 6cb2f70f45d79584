"""An analyst's open work, observable and without Qt; heavy work is sent to a worker process."""
