#include <vethlab/vethlab.h>

TEST(Quick, One) {}
TEST(Slow, One) {}
