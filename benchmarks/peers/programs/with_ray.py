import logging

import ray
import work


def remote(function):
    return ray.remote(function).remote


def calls(n):
    square, total = remote(work.square), remote(lambda *xs: work.total(xs))
    return ray.get(total(*[square(i) for i in range(n)]))


def wine():
    parts = remote(work.wine_split)(remote(work.wine_clean)(remote(work.wine_load)()))
    return ray.get(remote(work.wine_evaluate)(remote(work.wine_train)(parts), parts))


def frame():
    wide = remote(work.frame_widen)(remote(work.frame_make)())
    return ray.get(remote(work.frame_means)(wide))


def burn(loops):
    burn_one = remote(work.burn)
    return sum(ray.get([burn_one(i, loops) for i in range(40)]))


if __name__ == "__main__":
    ray.init(
        num_cpus=2,
        include_dashboard=False,
        logging_level=logging.ERROR,
        log_to_driver=False,
        object_store_memory=3 * 10**9,
    )
    work.main(globals())
    ray.shutdown()
