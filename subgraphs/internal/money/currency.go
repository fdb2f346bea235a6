package money

import "strings"

// ISO 4217's active codes, by the number of decimals of their minor unit. Codes that are missing
// here (precious metals, testing) are not means of payment.
const (
	noDecimals    = " BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF "
	threeDecimals = " BHD IQD JOD KWD LYD OMR TND "
	fourDecimals  = " CLF UYW "
	twoDecimals   = " AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN" +
		" BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR" +
		" FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW" +
		" KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN" +
		" NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD" +
		" SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS" +
		" VED VES WST XCD XCG YER ZAR ZMW ZWG "
)

// exponent returns the number of decimals of a currency's minor unit, or 2 for an unknown
// currency.
func exponent(currency string) int {
	switch {
	case listed(noDecimals, currency):
		return 0
	case listed(threeDecimals, currency):
		return 3
	case listed(fourDecimals, currency):
		return 4
	}
	return 2
}

func validCurrency(currency string) bool {
	return listed(twoDecimals, currency) || exponent(currency) != 2
}

func listed(codes, currency string) bool {
	return len(currency) == 3 && strings.Contains(codes, " "+currency+" ")
}
