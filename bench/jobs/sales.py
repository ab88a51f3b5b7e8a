"""The sales job of the benchmark in pandas and joblib: python sales.py sales items out jobs, of .parquet or
.csv files.

Does what examples/sales-preprocess.ts does, with what pandas has for groups in place of a loop over the
items.
"""

import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from reduce_memory import reduce_memory

LEVELS = ["division", "upper_division"]


class SalesModel:
    lags = [1, 2, 3, 12]
    windows = [3, 12]
    min_months = 13
    silent_months = 6

    def __init__(self, today):
        self.today = today

    def history(self, sales):
        life = sales.groupby("item", sort=False, observed=True)["at"].agg(["min", "max"])
        last = life["max"] + 1
        end = np.where(last + self.silent_months >= self.today, self.today, last)
        months = end - life["min"]
        kept = months >= self.min_months
        life, months = life[kept], months[kept]
        rows = pd.DataFrame({"item": np.repeat(life.index.to_numpy(), months)})
        rows["age"] = rows.groupby("item", sort=False).cumcount()
        rows["at"] = np.repeat(life["min"].to_numpy(), months) + rows["age"]
        rows = rows.merge(sales[["item", "at", "quantity", "price"]], on=["item", "at"], how="left")
        rows["quantity"] = rows["quantity"].fillna(0)
        rows["price"] = rows.groupby("item", sort=False)["price"].ffill()
        rows["price"] = rows.groupby("item", sort=False)["price"].bfill()
        return rows

    def features(self, category, sales, tables):
        rows = self.history(sales)
        if len(rows) == 0:
            return rows
        rows = rows.merge(tables.items[["item", "brand", "list_price"]], on="item", how="left")
        by_item = rows.groupby("item", sort=False)["quantity"]
        res = pd.DataFrame(
            {
                "item": rows["item"],
                "year": rows["at"] // 12,
                "month": rows["at"] % 12 + 1,
                "age": rows["age"],
                "discount": 1 - rows["price"] / rows["list_price"],
                "quantity": rows["quantity"].clip(lower=0),
                "returned": (-rows["quantity"]).clip(lower=0),
            }
        )
        for n in self.lags:
            res[f"lag_{n}"] = by_item.shift(n)
        before = by_item.shift(1)
        for n in self.windows:
            means = before.groupby(rows["item"], sort=False).rolling(n, min_periods=1).mean()
            res[f"mean_{n}"] = means.reset_index(level=0, drop=True)
        # Target encoding: what the brand sold of an item in a month, over all months before.
        by_brand = rows.groupby(["brand", "at"])["quantity"].agg(["sum", "count"])
        until = by_brand.groupby(level="brand").cumsum()
        encoded = (until["sum"] / until["count"]).groupby(level="brand").shift(1).rename("brand_mean")
        res["brand_mean"] = rows.join(encoded, on=["brand", "at"])["brand_mean"]
        in_category = (rows["at"] - 1).map(tables.category[category])
        division, upper = (tables.level[level][tables.place[category][level]] for level in LEVELS)
        res["category_share"] = before.fillna(0) / in_category.fillna(0)
        res["division_share"] = in_category / (rows["at"] - 1).map(division)
        res["upper_growth"] = (rows["at"] - 1).map(upper) / (rows["at"] - 13).map(upper)
        brands = rows["brand"].astype(pd.CategoricalDtype(tables.brands))
        return pd.concat([res, pd.get_dummies(brands, prefix="brand")], axis=1)


def read(path, **options):
    return pd.read_csv(path, **options) if path.endswith(".csv") else pd.read_parquet(path)


def main(sales_path, items_path, out, jobs):
    sales = read(sales_path, **({"parse_dates": ["month"]} if sales_path.endswith(".csv") else {}))
    items = read(items_path)
    sales["at"] = sales["month"].dt.year * 12 + sales["month"].dt.month - 1
    dated = sales.merge(items[["item", *LEVELS]], on="item", how="left")
    tables = SimpleNamespace(
        items=items,
        brands=sorted(items["brand"].unique()),
        place=items.drop_duplicates("category").set_index("category")[LEVELS].to_dict("index"),
        category=totals(dated, "category"),
        level={level: totals(dated, level) for level in LEVELS},
    )
    model = SalesModel(sales["at"].max() + 1)
    results = Parallel(n_jobs=int(jobs))(
        delayed(model.features)(name, group, tables) for name, group in sales.groupby("category", observed=True)
    )
    res = pd.concat(r for r in results if len(r) > 0).reset_index(drop=True)
    reduce_memory(res).to_parquet(out)


def totals(sales, level):
    pieces = sales.groupby([level, "at"], observed=True)["quantity"].sum()
    return dict(pieces.unstack(fill_value=0).iterrows())


if __name__ == "__main__":
    main(*sys.argv[1:])
