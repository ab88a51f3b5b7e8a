"""The flights job of the benchmark in pandas and joblib: python flights.py flights airports out jobs, of
Parquet and CSV files.

Does what examples/flights.ts does.
"""

import sys

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

LATE_MINUTES, MIN_FLIGHTS, WINDOW = 15, 100, 50


def features(flights, states):
    if len(flights) < MIN_FLIGHTS:
        return flights.iloc[:0]
    delay = flights["delay"]
    in_time = flights.sort_values("date", kind="stable")["delay"]
    counts = flights["destination"].value_counts().rename("count").reset_index()
    counts = counts.sort_values(["count", "destination"], ascending=[False, True])
    ranks = pd.Series(np.arange(1, len(counts) + 1), index=counts["destination"])
    return flights.assign(
        delay_std=(delay - delay.mean()) / delay.std(),
        late=delay > LATE_MINUTES,
        hour=flights["date"].dt.hour,
        weekday=flights["date"].dt.dayofweek,
        recent_delay=in_time.shift(1).rolling(WINDOW, min_periods=1).mean(),
        dest_rank=flights["destination"].map(ranks),
        in_state=flights["destination"].map(states) == states[flights["origin"].iloc[0]],
    )


def main(flights_path, airports_path, out, jobs):
    flights = pd.read_parquet(flights_path)
    states = pd.read_csv(airports_path).set_index("iata")["state"]
    results = Parallel(n_jobs=int(jobs))(delayed(features)(group, states) for _, group in flights.groupby("origin"))
    res = pd.concat(r for r in results if len(r) > 0).reset_index(drop=True)
    res.to_parquet(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
